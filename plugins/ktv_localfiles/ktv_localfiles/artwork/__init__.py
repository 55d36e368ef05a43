"""Pictures of items: one frame of the video where nobody put a picture beside it."""
