"""Many cases: here, in processes, on a Dask cluster; the output folder."""
