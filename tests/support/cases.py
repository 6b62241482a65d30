"""One test for many cases: it runs them all, and names those that failed."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

Test = Callable[..., None]


def each(names: str, cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Return a decorator by which a test takes every case, as `pytest.mark.parametrize` gives them, but in one test.

    `names` are those of the arguments that a case gives, joined by commas. What a fixture gives is the same for all
    cases, so that none may change it.
    """
    taken, listed = [name.strip() for name in names.split(",")], list(cases)

    def decorate(test: Test) -> Test:
        assert listed, f"{test.__name__} has no case"
        signature = inspect.signature(test)

        @wraps(test)
        def every_case(*args: object, **kwargs: object) -> None:
            failures: list[Exception] = []
            for case in listed:
                values = [case] if len(taken) == 1 else list(case)
                try:
                    test(*args, **kwargs, **dict(zip(taken, values, strict=True)))
                except Exception as error:  # noqa: BLE001 - all of them are told of
                    error.add_note("with " + ", ".join(f"{n}={v!r}" for n, v in zip(taken, values, strict=True)))
                    failures.append(error)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(listed)} cases failed", failures)

        given = [parameter for name, parameter in signature.parameters.items() if name not in taken]
        every_case.__signature__ = signature.replace(parameters=given)  # type: ignore[attr-defined]
        return every_case

    return decorate
