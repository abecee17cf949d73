"""What a person sees and types: tables in a terminal, how much is said, the Tab key, a run that is watched."""
