"""What a hostile page could send to command a terminal, or to hide or turn words on it: 100 sequences."""

from __future__ import annotations

from typing import Final

ESC: Final = "\x1b"

COLOURS_AND_CURSOR: Final = tuple(
    f"{ESC}[{rest}"
    for rest in (
        "31m", "1;5;7m", "38;2;255;255;255m", "8m", "0m", "2J", "3J", "H", "1;1H", "A", "99D", "K", "1K", "s", "u",
        "5n", "6n", "c", ">c", "?25l", "?1049h", "?1000h", "?2004h", "4h", "20h", "!p", "21t", "8;1;1t", "5i", "4i",
        "1;1r", "@", "L", "M", "P", "X", "b",
    )
)  # fmt: skip

OF_THE_SYSTEM: Final = tuple(
    f"{ESC}]{rest}"
    for rest in (
        "0;title\x07", f"2;title{ESC}\\", "1;icon\x07", "4;1;red\x07", "7;file://host/etc\x07",
        f"8;;https://attacker.example/{ESC}\\FDA{ESC}]8;;{ESC}\\", "8;;javascript:alert(1)\x07x\x1b]8;;\x07",
        "8;id=1;file:///etc/passwd\x07x\x1b]8;;\x07", "9;notice\x07", "10;?\x07", "11;?\x07", "12;red\x07", "50;font\x07",
        "52;c;cm0gLXJmIH4K\x07", f"52;c;?{ESC}\\", "52;p;eA==\x07", "104\x07", "133;A\x07", "777;notify;a;b\x07",
        "1337;File=inline=1:AAAA\x07", "1337;SetMark\x07",
    )
)  # fmt: skip

OTHER_STRINGS: Final = (
    f"{ESC}P$q\"p{ESC}\\", f"{ESC}P+q544e{ESC}\\", f"{ESC}Pq#0;2;0;0;0#0~~{ESC}\\", f"{ESC}_Gf=24;AAAA{ESC}\\",
    f"{ESC}^secret{ESC}\\", f"{ESC}Xtext{ESC}\\", f"{ESC}c", f"{ESC}7", f"{ESC}8", f"{ESC}D", f"{ESC}M", f"{ESC}=",
    f"{ESC}(0", f"{ESC}#8", f"{ESC}%G", f"{ESC}n", ESC,
)  # fmt: skip

SINGLE: Final = (
    *"\x01\x05\x07\x08\x0e\x0f\x11\x13\x1a\x7f", "\x80", "\x84", "\x85", "\x8d", "\x90q\x9c", "\x9b31m", "\x9d52;c;eA==\x9c", "\x9ftext\x9c",
)  # fmt: skip

HIDDEN: Final = ("\u202eexe.fdp\u202c", "\u2066x\u2069", "\u200b", "\u200f", "\u061c", "\ufeff", "\u2028")

ESCAPES: Final = (*COLOURS_AND_CURSOR, *OF_THE_SYSTEM, *OTHER_STRINGS, *SINGLE, *HIDDEN)
