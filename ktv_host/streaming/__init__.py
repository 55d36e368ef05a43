"""Media bytes: probing, plans, segments. The only room that knows av and ffmpeg; it never stores rows."""
