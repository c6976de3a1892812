"""A review of evidence on a project: what its reviewers decide becomes events like all else."""
