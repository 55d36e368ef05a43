"""A small built-in bitmap font, so that text can be drawn wherever numpy runs: no font file, no filter needed."""

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

ROWS, COLUMNS = 7, 5

_SHEETS = {
    "ABCDEFGHIJKLM": """
 ###  ####   ###  ####  ##### #####  ###  #   #  ###    ### #   # #     #   #
#   # #   # #   # #   # #     #     #   # #   #   #      #  #  #  #     ## ##
#   # #   # #     #   # #     #     #     #   #   #      #  # #   #     # # #
##### ####  #     #   # ####  ####  # ### #####   #      #  ##    #     # # #
#   # #   # #     #   # #     #     #   # #   #   #      #  # #   #     #   #
#   # #   # #   # #   # #     #     #   # #   #   #   #  #  #  #  #     #   #
#   # ####   ###  ####  ##### #      ###  #   #  ###   ##   #   # ##### #   #
""",
    "NOPQRSTUVWXYZ": """
#   #  ###  ####   ###  ####   #### ##### #   # #   # #   # #   # #   # #####
##  # #   # #   # #   # #   # #       #   #   # #   # #   # #   # #   #     #
# # # #   # #   # #   # #   # #       #   #   # #   # #   #  # #   # #     #
#  ## #   # ####  #   # ####   ###    #   #   # #   # # # #   #     #     #
#   # #   # #     # # # # #       #   #   #   # #   # # # #  # #    #    #
#   # #   # #     #  #  #  #      #   #   #   #  # #  ## ## #   #   #   #
#   #  ###  #      ## # #   # ####    #    ###    #   #   # #   #   #   #####
""",
    "0123456789": """
 ###    #    ###  ####     #  #####  ###  #####  ###   ###
#   #  ##   #   #     #   ##  #     #         # #   # #   #
#  ##   #       #     #  # #  ####  #        #  #   # #   #
# # #   #      #   ###  #  #      # ####    #    ###   ####
##  #   #     #       # #####     # #   #   #   #   #     #
#   #   #    #        #    #  #   # #   #   #   #   #     #
 ###   ###  ##### ####     #   ###   ###    #    ###   ###
""",
}

_SIGNS = {
    " ": "/",
    ".": "//////.##../.##..",
    ",": "//////.##../.#...",
    ":": "//.##../.##..//.##../.##..",
    ";": "//.##../.##..//.##../.#...",
    "!": "..#../..#../..#../..#../..#..//..#..",
    "?": ".###./#...#/....#/...#./..#..//..#..",
    "-": "///#####///",
    "_": "//////#####",
    "+": "//..#../..#../#####/..#../..#..",
    "=": "//#####//#####//",
    "'": "..#../..#../.#...////",
    '"': ".#.#./.#.#./////",
    "/": "....#/....#/...#./..#../.#.../#..../#....",
    "\\": "#..../#..../.#.../..#../...#./....#/....#",
    "(": "...#./..#../.#.../.#.../.#.../..#../...#.",
    ")": ".#.../..#../...#./...#./...#./..#../.#...",
    "[": ".###./.#.../.#.../.#.../.#.../.#.../.###.",
    "]": ".###./...#./...#./...#./...#./...#./.###.",
    "<": "...#./..#../.#.../#..../.#.../..#../...#.",
    ">": ".#.../..#../...#./....#/...#./..#../.#...",
    "&": ".##../#..#./#.#../.#.../#.#.#/#..#./.##.#",
    "#": ".#.#./.#.#./#####/.#.#./#####/.#.#./.#.#.",
    "%": "##..#/##..#/...#./..#../.#.../#..##/#..##",
    "*": "/..#../#.#.#/.###./#.#.#/..#../",
    "@": ".###./#...#/#.###/#.#.#/#.###/#..../.###.",
    "$": "..#../.####/#.#../.###./..#.#/####./..#..",
    "|": "..#../..#../..#../..#../..#../..#../..#..",
}


def _glyphs() -> dict[str, NDArray[np.bool_]]:
    found = {sign: _pixels(rows.split("/")) for sign, rows in _SIGNS.items()}
    for characters, sheet in _SHEETS.items():
        lines = sheet.strip("\n").split("\n")
        for number, character in enumerate(characters):
            left = number * (COLUMNS + 1)
            found[character] = _pixels([line[left : left + COLUMNS] for line in lines])
    return found


def _pixels(lines: list[str]) -> NDArray[np.bool_]:
    rows = [*lines, *[""] * ROWS][:ROWS]
    return np.array([[cell == "#" for cell in row.ljust(COLUMNS)] for row in rows])


_GLYPHS = _glyphs()


def printable(text: str) -> str:
    """The text with the characters the font has: in Latin letters whatever its script, upper case, without accents."""
    plain = anyascii(text).upper()
    return " ".join("".join(character for character in plain if character in _GLYPHS).split())


def bitmap(text: str, *, scale: int = 1) -> NDArray[np.bool_]:
    """One line of text as pixels; True is ink."""
    cells = [np.pad(_GLYPHS[character], ((0, 0), (0, 1))) for character in printable(text) or " "]
    line = np.concatenate(cells, axis=1)[:, :-1]
    return line.repeat(scale, axis=0).repeat(scale, axis=1)


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns`` characters; a longer word is cut."""
    lines = [""]
    for word in printable(text).split():
        cut = word[:columns]
        if lines[-1] and len(lines[-1]) + 1 + len(cut) > columns:
            lines.append("")
        lines[-1] = f"{lines[-1]} {cut}".strip()
    return lines
