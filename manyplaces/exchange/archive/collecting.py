"""Finding every page of an archive: from the first page along the links, each address asked for once."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from manyplaces.core.addresses import SPANISH, in_english
from manyplaces.exchange.archive.addresses import Scope, own_address, why_not
from manyplaces.exchange.archive.helping import Crew

# So many addresses are handed out together at most.
TOGETHER = 16
Tell = Callable[[int, int], None]


@dataclass
class Collected:
    """What was found: pieces by address (each with its kind and place), where addresses lead on to, what was left out.

    `left_out` counts addresses by reason; `lost` are those that pages lead to and that are not there.
    """

    pieces: dict[str, dict[str, Any]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)


class Collecting:
    """One walk through the site."""

    def __init__(self, scope: Scope, site: str, languages: Sequence[str]) -> None:
        """`site` is the site's own address without a slash at its end."""
        self.scope, self.site = scope, site
        self.in_pairs = "en" in languages and len(languages) > 1
        self.found = Collected()
        self._seen: set[str] = set()
        self._waiting: deque[str] = deque()
        self._answered: set[str] = set()
        # English pages with which their Spanish ones may come along; until they are there nobody asks for those.
        self._awaited: set[str] = set()

    def walk(self, crew: Crew, tell: Tell) -> Collected:
        """Go from the first pages along all links; `tell` gets how many are done of how many known."""
        for start in self.scope.starts(["en", "es"]):
            self._meet(start)
        for done in crew.work(lambda: self._next(crew.many)):
            if done is not None:
                for answer in done[1]:
                    self._take(answer)
                self._go_on(done[0]["look"])
            tell(len(self._seen) - len(self._waiting), len(self._seen))
        return self.found

    def _next(self, many: int) -> dict[str, list[str]] | None:
        """Return the next addresses to ask for; few while few are known, so that all processes have something to do."""
        size = max(1, min(TOGETHER, len(self._waiting) // (2 * many)))
        batch: list[str] = []
        while self._waiting and len(batch) < size:
            address = self._waiting.popleft()
            # It came with the page of which it is another form.
            if address not in self.found.pieces:
                batch.append(address)
        return {"look": batch} if batch else None

    def _meet(self, address: str) -> None:
        if address in self._seen:
            return
        self._seen.add(address)
        if reason := why_not(address):
            self.found.left_out[reason] += 1
            return
        twin = in_english(address)
        if self.in_pairs and twin != address and address.endswith("/") and twin not in self._answered:
            self._awaited.add(twin)
            self._meet(twin)
        else:
            self._waiting.append(address)

    def _go_on(self, asked: Sequence[str]) -> None:
        """Ask for the Spanish pages that did not come along with what was asked for."""
        self._answered.update(asked)
        for twin in self._awaited.intersection(asked):
            self._awaited.remove(twin)
            self._waiting.append(f"{SPANISH.rstrip('/')}{twin}")

    def _take(self, answer: dict[str, Any]) -> None:
        address = answer["address"]
        if "kind" in answer:
            self._seen.add(address)
            self.found.pieces.setdefault(address, {name: answer[name] for name in ("address", "kind", "place")})
            for embedded in (False, True):
                for link in answer["shows" if embedded else "leads"]:
                    if self.scope.wants(link, address, embedded=embedded):
                        self._meet(link)
        elif onward := own_address(answer["to"], address, self.site) if answer.get("to") else None:
            self.found.moved[address] = onward[0]
            self._meet(onward[0])
        else:
            self.found.left_out[answer["why"]] += 1
            if answer["why"] == "not_there":
                self.found.lost.append(address)
