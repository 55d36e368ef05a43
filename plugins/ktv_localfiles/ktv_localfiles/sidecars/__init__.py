"""Files beside the videos: .nfo and pictures."""
