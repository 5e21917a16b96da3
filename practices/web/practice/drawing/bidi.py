"""Display order of mixed-direction text: the Unicode Bidirectional Algorithm (UAX #9) for one line.

Covers what titles and names need: implicit levels, numbers, neutrals and paired brackets. Explicit embeddings,
overrides and isolates are treated as neutral characters.
"""

import unicodedata
from collections.abc import Sequence

_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""Direction that a resolved type counts as next to neutral characters (N0, N1)."""
_OPENING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⁅": "⁆", "⟦": "⟧", "⟪": "⟫"}


def levels(text: str, *, is_rtl: bool) -> list[int]:
    """Return the embedding level of each character: even runs left to right, odd right to left."""
    base = "R" if is_rtl else "L"
    original = [unicodedata.bidirectional(character) or "L" for character in text]
    types = _weak(original, base)
    _resolve_brackets(text, original, types, base)
    _resolve_neutrals(types, base)
    resolved = [_implicit_level(kind, int(is_rtl)) for kind in types]
    _reset_trailing_whitespace(original, resolved, int(is_rtl))
    return resolved


def runs(levels: Sequence[int]) -> list[tuple[int, int]]:
    """Return (start, end) of the stretches of equal level in display order, from left to right (L2)."""
    stretches: list[tuple[int, int]] = []
    for position, level in enumerate(levels):
        if stretches and levels[position - 1] == level:
            stretches[-1] = (stretches[-1][0], position + 1)
        else:
            stretches.append((position, position + 1))
    for threshold in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(stretches):
            end = start
            while end < len(stretches) and levels[stretches[end][0]] >= threshold:
                end += 1
            stretches[start:end] = reversed(stretches[start:end])
            start = max(end, start + 1)
    return stretches


def _weak(original: Sequence[str], base: str) -> list[str]:
    """Resolve marks, numbers and separators (W1 to W7)."""
    types: list[str] = []
    for kind in original:  # W1
        types.append((types[-1] if types else base) if kind == "NSM" else kind)
    strong = base
    for position, kind in enumerate(types):  # W2, W3
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            types[position] = "AN"
    types = ["R" if kind == "AL" else kind for kind in types]
    for position in range(1, len(types) - 1):  # W4
        before, kind, after = types[position - 1 : position + 2]
        if before == after and (
            (kind in ("ES", "CS") and before == "EN") or (kind == "CS" and before == "AN")
        ):
            types[position] = before
    _resolve_terminators(types)
    strong = base
    for position, kind in enumerate(types):  # W6, W7
        if kind in ("L", "R"):
            strong = kind
        if kind == "EN" and strong == "L":
            types[position] = "L"
        elif kind not in _STRONG:
            types[position] = "ON"
    return types


def _resolve_terminators(types: list[str]) -> None:
    """Make signs such as % and € part of the European number beside them (W5)."""
    for ordered in (range(len(types)), range(len(types) - 1, -1, -1)):
        before = ""
        for position in ordered:
            if types[position] == "ET" and before == "EN":
                types[position] = "EN"
            before = types[position]


def _resolve_brackets(text: str, original: Sequence[str], types: list[str], base: str) -> None:
    """Give both brackets of a pair one direction (N0)."""
    for opening, closing in _pairs(text, types):
        inside = {_STRONG[kind] for kind in types[opening + 1 : closing] if kind in _STRONG}
        if base in inside:
            direction = base
        elif inside:
            before = next((_STRONG[kind] for kind in reversed(types[:opening]) if kind in _STRONG), base)
            direction = before if before != base else base
        else:
            continue
        for bracket in (opening, closing):
            types[bracket] = direction
            for position in range(bracket + 1, len(types)):
                if original[position] != "NSM":
                    break
                types[position] = direction


def _pairs(text: str, types: Sequence[str]) -> list[tuple[int, int]]:
    """Return positions of matching brackets, in the order of the opening ones (BD16)."""
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for position, character in enumerate(text):
        if types[position] != "ON":
            continue
        if character in _OPENING:
            waiting.append((_OPENING[character], position))
        elif any(closing == character for closing, _opening in waiting):
            while True:
                closing, opening = waiting.pop()
                if closing == character:
                    pairs.append((opening, position))
                    break
    return sorted(pairs)


def _resolve_neutrals(types: list[str], base: str) -> None:
    """Give neutral characters the direction around them, or that of the line (N1, N2)."""
    start = 0
    while start < len(types):
        if types[start] != "ON":
            start += 1
            continue
        end = start
        while end < len(types) and types[end] == "ON":
            end += 1
        before = _STRONG[types[start - 1]] if start else base
        after = _STRONG[types[end]] if end < len(types) else base
        types[start:end] = [before if before == after else base] * (end - start)
        start = end


def _implicit_level(kind: str, base: int) -> int:
    """Level of a resolved type (I1, I2)."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


def _reset_trailing_whitespace(original: Sequence[str], levels: list[int], base: int) -> None:
    """Give whitespace at the end of the line the level of the line (L1)."""
    for position in range(len(levels) - 1, -1, -1):
        if original[position] not in ("WS", "B", "S", "BN"):
            break
        levels[position] = base
