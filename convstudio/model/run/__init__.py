"""Running a document forward, reusing what did not change; the memory that it takes, and what it predicts."""
