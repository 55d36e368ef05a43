"""Frame: one picture out of a video. Runs in a worker process."""

from collections.abc import Iterator
from fractions import Fraction

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

WIDTH, HEIGHT = 480, 480  # at most
_AT = (0.2, 0.4, 0.6, 0.05)  # where to look, until a picture shows something
_PACKETS = 400
_DULL = 12  # of 256: the spread of brightness in a fade or a black screen
# A playlist or a script in disguise must not make libav open other files or addresses.
_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,flv,asf,ogg,rm,nut,mxf,dv,h264,hevc,wtv,ivf"
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}


def grab_frame(path: str) -> bytes | None:
    """A JPEG of a moment that shows something; None when no picture can be had."""
    try:
        with av.open(f"file:{path}", "r", options=dict(_OPTIONS), metadata_errors="replace") as container:
            video = _video(container)
            if video is None:
                return None
            frame = _telling(container, video)
            return None if frame is None else encode(frame, video.sample_aspect_ratio)
    except (av.error.FFmpegError, OSError, ValueError):
        return None


def _video(container: InputContainer) -> VideoStream | None:
    for stream in container.streams.video:
        if stream.codec_context is not None and stream.codec_context.width and not _is_picture(stream):
            stream.codec_context.skip_frame = "NONKEY"
            stream.thread_type = "SLICE"  # whole-frame threading would hold back the first picture
            return stream
    return None


def _is_picture(stream: VideoStream) -> bool:
    """Cover art is a video stream of one picture."""
    return "attached_pic" in str(stream.disposition).lower()


def _telling(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    """The first picture that is no plain colour, else any."""
    last: VideoFrame | None = None
    for share in _AT if container.duration else (0.0,):
        frame = _at(container, video, share)
        if frame is not None:
            last = frame
            if _spread(frame) > _DULL:
                return frame
    return last if last is not None else _at(container, video, 0.0)


def _at(container: InputContainer, video: VideoStream, share: float) -> VideoFrame | None:
    try:
        container.seek(int((container.start_time or 0) + (container.duration or 0) * share))
        video.codec_context.flush_buffers()
        return next(_frames(container, video), None)
    except av.error.FFmpegError:
        return None


def _frames(container: InputContainer, video: VideoStream) -> Iterator[VideoFrame]:
    for number, packet in enumerate(container.demux(video)):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue  # a seek may land in the middle of a group
        if number > _PACKETS:
            return


def _spread(frame: VideoFrame) -> int:
    small = frame.reformat(width=32, height=18, format="gray")
    plane = small.planes[0]
    lines = bytes(plane)
    values = sorted(lines[row * plane.line_size + column] for row in range(18) for column in range(32))
    return values[-len(values) // 20] - values[len(values) // 20]


def encode(frame: VideoFrame, pixel_shape: Fraction | None) -> bytes:
    """A JPEG no larger than WIDTH × HEIGHT, in the shape a viewer sees."""
    width = frame.width * float(pixel_shape or 1)
    scale = min(1.0, WIDTH / width, HEIGHT / frame.height)
    size = max(2, round(width * scale / 2) * 2), max(2, round(frame.height * scale / 2) * 2)
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": "3", "qmax": "5"}
    small = frame.reformat(width=size[0], height=size[1], format="yuvj420p")
    small.pts = 0
    small.pict_type = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(small), *encoder.encode(None)))
