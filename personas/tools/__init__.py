"""The tools of the personas, one file each. A tool reads tables and invents nothing."""
