"""Tables as people keep them, in CSV and in Excel's files: read, checked, compared, written."""
