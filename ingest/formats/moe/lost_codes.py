"""Codes that the machine lost: found again by the programmes before and after, and the catalogue where it is given."""

from collections.abc import Sequence
from itertools import groupby

from graph.messages import message
from ingest.draft import Draft
from ingest.formats.moe.identity import PROGRAMME_CODE
from ingest.formats.moe.programme_catalogue import Catalogue
from ingest.formats.moe.programme_section import DocumentSections, Doubt, ProgrammeSection

_CODE_DIGITS = 6


class LostCodes:
    """Gives programmes their code and name again where only one can be meant, and rejects the others."""

    def __init__(self, draft: Draft, found: Sequence[DocumentSections], catalogue: Catalogue | None) -> None:
        """Look at all documents: a code that is somewhere else was not lost here."""
        self._draft, self._found, self._catalogue = draft, found, catalogue
        self._there = {section.code.rstrip("TK") for one in found for section in one.programmes if section.code}

    def restore(self) -> None:
        """Restore what can be; what stays without code or name is rejected, with all that stands in it."""
        for one in self._found:
            before = ""
            runs = [(lost, list(run)) for lost, run in groupby(one.programmes, key=_is_lost)]
            for number, (lost, run) in enumerate(runs):
                if not lost:
                    before = run[-1].code.rstrip("TK")
                    continue
                after = runs[number + 1][1][0].code.rstrip("TK") if number + 1 < len(runs) else ""
                self._restore(one, run, before, after)
            for section in one.programmes:
                self._judge(section)

    def _restore(self, one: DocumentSections, run: list[ProgrammeSection], before: str, after: str) -> None:
        class_code = run[0].class_code or before[:4] or after[:4]
        if not class_code or (before and before[:4] != class_code) or (after and after[:4] != class_code):
            before = before if before[:4] == class_code else ""
            after = after if after[:4] == class_code else ""
        free = self._free(before or class_code, after, class_code)
        names = self._catalogue.names if self._catalogue else {}
        if self._catalogue and len(free) > len(run):
            free = [code for code in free if code not in self._catalogue.added] or free
        if names and len(free) == len(run):
            for section, code in zip(run, free, strict=True):
                section.code, section.name = code, section.name or names[code]
                detail = f"{code} {section.name}"
                one.doubts.append(Doubt(message("moe.code_restored"), section.place, detail))
            return
        for section in run:
            missing = [code for code in free if code not in self._there]
            if not missing:
                reason = message("moe.no_code")
            elif names:
                reason = message("moe.no_code_of_several", codes=missing[:5])
            else:
                reason = message("moe.no_code_between", codes=missing[:5])
            self._draft.reject(section.place, reason)
            self._reject_paragraphs(section)

    def _free(self, before: str, after: str, class_code: str) -> list[str]:
        """Return the codes that may have been lost between two: of the catalogue, or by counting on."""
        if self._catalogue is not None:
            found = self._catalogue.between(before, after, class_code)
        elif len(before) == _CODE_DIGITS and after:
            found = [str(code) for code in range(int(before) + 1, min(int(after), int(before) + 20))]
        else:
            found = []
        return [code for code in found if code not in self._there]

    def _judge(self, section: ProgrammeSection) -> None:
        if section.place in self._draft.rejected:
            return
        if not PROGRAMME_CODE.fullmatch(section.code):
            self._draft.reject(section.place, message("moe.no_code"), value=section.code[:200])
        elif not section.name:
            self._draft.reject(section.place, message("moe.no_name", code=section.code))
        else:
            return
        self._reject_paragraphs(section)

    def _reject_paragraphs(self, section: ProgrammeSection) -> None:
        for paragraph in section.paragraphs:
            self._draft.reject_with(paragraph.place, section.place)


def _is_lost(section: ProgrammeSection) -> bool:
    return not section.code
