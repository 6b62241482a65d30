"""O*NET: occupations, tasks, skills and technology, read."""
