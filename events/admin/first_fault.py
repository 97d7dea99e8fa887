"""A form that comes back begins where it is wrong: the cursor stands in its first faulty field."""

from __future__ import annotations

from typing import Any, ClassVar


class BeginsAtFault:
    """Mixed into a form, with the names of its fields in the order in which they are read."""

    in_order: ClassVar[tuple[str, ...]] = ()

    def full_clean(self) -> None:
        """Check the form, and move the cursor to the first field that is wrong."""
        super().full_clean()  # type: ignore[misc]
        form: Any = self
        shown = [name for name in self.in_order if name in form.fields]
        wrong = next((name for name in shown if name in form.errors), None)
        if wrong is None:
            return
        for name in shown:
            _attributes(form.fields[name]).pop("autofocus", None)
        _attributes(form.fields[wrong])["autofocus"] = True


def _attributes(field: Any) -> dict[str, Any]:
    """Return the attributes of the input itself; what Django wraps around one shares its own among all forms."""
    attributes: dict[str, Any] = getattr(field.widget, "widget", field.widget).attrs
    return attributes
