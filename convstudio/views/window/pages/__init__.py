"""The windows beside the main one that list or show something: facts, keys, questions, commands, texts."""
