"""The tables, a file each, with their queries; SQL is nowhere else."""
