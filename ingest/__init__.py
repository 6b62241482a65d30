"""Import pipeline, from files to change sets: readers -> formats -> draft -> job."""
