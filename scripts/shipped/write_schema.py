"""Write the JSON schema of ``results.json`` from the records; run it after changing them."""

import json

from trkstruct.files.shipped import data_path
from trkstruct.records import Results


def schema_text() -> str:
    """The schema as it lies in the package."""
    return json.dumps(Results.model_json_schema(mode="serialization"), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    data_path("results.schema.json").write_text(schema_text(), encoding="utf-8")
