"""From files to ChangeSets: readers -> formats -> run."""
