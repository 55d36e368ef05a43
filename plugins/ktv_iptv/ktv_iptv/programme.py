"""One programme of the guide as XMLTV.

Elements stand in the order of the XMLTV DTD. Everything here runs once per slot of every channel.
"""

from datetime import datetime

from ktv_host.hooks import ContentType, LibraryItem, Links, MediaItem
from ktv_iptv.escape import line, prose

# Kodi takes the first category as the kind of programme and shows "Other" when it is a genre it does not know.
_KINDS = {ContentType.MOVIE: "Movie", ContentType.EPISODE: "Series", ContentType.SHORT: "Short"}
_RATING_SYSTEMS = {
    **dict.fromkeys(("G", "PG", "PG-13", "R", "NC-17"), "MPAA"),
    **dict.fromkeys(("TV-Y", "TV-Y7", "TV-Y7-FV", "TV-G", "TV-PG", "TV-14", "TV-MA"), "VCHIP"),
}


def stamp(moment: datetime) -> str:
    """A time in UTC as XMLTV writes it. One number is four times faster than strftime."""
    day = (moment.year * 100 + moment.month) * 100 + moment.day
    return f"{((day * 100 + moment.hour) * 100 + moment.minute) * 100 + moment.second} +0000"


def programme(start: str, stop: str, channel: str, item: LibraryItem, links: Links) -> str:
    """A slot. ``start`` and ``stop`` are stamps, ``channel`` is the channel's tvg-id."""
    media = item.media
    kind = _KINDS[media.content_type]
    title = line(media.title)
    parts = [f'<programme start="{start}" stop="{stop}" channel="{channel}">\n']
    series = line(media.series_name) if media.series_name and kind == "Series" else ""
    parts.append(f"<title>{series or title or 'Untitled'}</title>\n")
    if series and title:
        parts.append(f"<sub-title>{title}</sub-title>\n")
    if media.description and (description := prose(media.description)):
        parts.append(f"<desc>{description}</desc>\n")
    if date := _date(media):
        parts.append(f"<date>{date}</date>\n")
    parts.append(f"<category>{kind}</category>\n")
    for genre in media.genres:
        if (category := line(genre)) and category != kind:
            parts.append(f"<category>{category}</category>\n")
    if seconds := media.duration_secs:
        parts.append(f'<length units="seconds">{seconds}</length>\n')
    if media.artwork:
        parts.append(f'<icon src="{line(links.artwork(item))}"/>\n')
    if media.episode_number is not None and kind == "Series":
        parts.append(_episode(media.season_number, media.episode_number, media.episode_number_end))
    # A library item has always been shown somewhere: without this recorders take every airing for a new one.
    parts.append("<previously-shown/>\n")
    if media.rating and (rating := line(media.rating)):
        system = _RATING_SYSTEMS.get(rating)
        attribute = f' system="{system}"' if system else ""
        parts.append(f"<rating{attribute}><value>{rating}</value></rating>\n")
    parts.append("</programme>\n")
    return "".join(parts)


def no_signal(start: str, stop: str, channel: str) -> str:
    """Time without a slot, said aloud: players drop channels whose guide has holes."""
    return f'<programme start="{start}" stop="{stop}" channel="{channel}">\n<title>No signal</title>\n</programme>\n'


def _date(media: MediaItem) -> str:
    """When it was first shown; for anything but an episode only the year, as films are known by it."""
    aired = media.air_date
    if aired is not None and media.content_type is ContentType.EPISODE:
        return f"{aired.year:04d}{aired.month:02d}{aired.day:02d}"
    year = media.year or (aired.year if aired else 0)
    return f"{year:04d}" if 0 < year < 10_000 else ""


def _episode(season: int | None, episode: int, last: int | None) -> str:
    """``onscreen`` counts from one, ``xmltv_ns`` from zero; specials (season 0) have no place in the latter.

    ``xmltv_ns`` has no way to say that a programme is several episodes: there it is the first of them.
    """
    onscreen = f"S{season:02d}E{episode:02d}" if season is not None and season >= 0 <= episode else ""
    if onscreen and last is not None and last > episode:
        onscreen += f"-E{last:02d}"
    counted = (season is None or season > 0) and episode > 0
    numbers = ""
    if onscreen:
        numbers = f'<episode-num system="onscreen">{onscreen}</episode-num>\n'
    if counted:
        numbers += f'<episode-num system="xmltv_ns">{season - 1 if season else ""}.{episode - 1}.0/1</episode-num>\n'
    return numbers
