"""What a machine has, or is made to lack: platforms, memory, a Dask site."""
