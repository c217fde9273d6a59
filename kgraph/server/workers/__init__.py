"""Worker processes: the pool, its queues and protocol, and the tasks they run."""
