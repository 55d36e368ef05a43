"""What the streams of an open file are: the facts that decide how it can be shown."""

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ktv_host.streaming.modes import AudioFacts, VideoFacts

_PROGRESSIVE_ORDERS = {0, 1}  # unknown, progressive
_AVCC, _SPS = 1, 7
_AAC_LC = 2
_PACKETS = 64  # to wait for a first picture


def video_facts(container: InputContainer, video: VideoStream) -> VideoFacts:
    """Decodes one picture: only it tells about rotation and fields."""
    picture = _first_picture(container, video)
    context = video.codec_context
    aspect = video.sample_aspect_ratio
    return VideoFacts(
        codec=context.name,
        profile=video.profile,
        level=context.level,
        pixel_format=context.pix_fmt,
        width=context.width,
        height=context.height,
        frame_rate=float(video.average_rate or video.guessed_rate or 25),
        interlaced=context.field_order not in _PROGRESSIVE_ORDERS or (picture is not None and picture.interlaced_frame),
        square_pixels=aspect is None or aspect in {0, 1},
        rotation=picture.rotation if picture is not None else 0,
        transfer=context.color_trc,
    )


def audio_facts(audio: AudioStream | None) -> AudioFacts | None:
    if audio is None:
        return None
    context = audio.codec_context
    return AudioFacts(
        codec=context.name,
        profile=audio.profile or _aac_profile(context.extradata),
        channels=context.channels,
        sample_rate=context.sample_rate,
    )


def _aac_profile(extradata: bytes | None) -> str | None:
    """From the stream's header (ISO 14496-3): sound that begins late is not there to be looked at."""
    return "LC" if extradata and extradata[0] >> 3 == _AAC_LC else None


def _first_picture(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    container.seek(0)
    for number, packet in enumerate(container.demux(video)):
        try:
            for frame in packet.decode():
                return frame
        except FFmpegError:
            return None
        if number > _PACKETS:
            return None
    return None


def codec_string(extradata: bytes | None) -> str:
    """H.264 as a playlist names it (RFC 6381), from the stream's headers."""
    data = extradata or b""
    if data[:1] == bytes([_AVCC]):
        return f"avc1.{data[1:4].hex()}"
    start = data.find(b"\x00\x00\x01")
    while start >= 0:
        if data[start + 3] & 0x1F == _SPS:
            return f"avc1.{data[start + 4 : start + 7].hex()}"
        start = data.find(b"\x00\x00\x01", start + 3)
    return "avc1.640028"
