"""ARM's paths taken apart. Their fixed words are compared without regard to case, as ARM does."""

from dataclasses import dataclass, replace
from urllib.parse import unquote

from emulator.files import is_plain_name


@dataclass(frozen=True)
class ArmPath:
    """A path below `/subscriptions`."""

    text: str
    """The path as it came, decoded, without a slash at the end."""
    subscription: str = ""
    group: str = ""
    section: str = ""
    """What follows subscription and group, in lower case: `resources`, `resourcegroups`, `locations`, `providers`, or
    nothing; `tenants` stands at the root."""
    provider: str = ""
    """The provider's namespace, in lower case."""
    segments: tuple[str, ...] = ()
    """Types and names in turn, after the namespace."""

    @property
    def type(self) -> str:
        """The resource type in lower case, such as `microsoft.web/sites`."""
        return "/".join((self.provider, *(kind.lower() for kind in self.segments[::2])))

    @property
    def names(self) -> tuple[str, ...]:
        """The names, outermost first."""
        return self.segments[1::2]

    def up_to(self, type: str) -> "ArmPath":
        """The path of the resource of this type that the path leads through."""
        kept = 2 * type.count("/")
        dropped = len(self.segments) - kept
        text = self.text.rsplit("/", dropped)[0] if dropped else self.text
        return replace(self, text=text, segments=self.segments[:kept])

    @property
    def is_collection(self) -> bool:
        """Whether the path names all resources of a type, not one resource."""
        return len(self.segments) % 2 == 1


def parse(raw: str) -> ArmPath | None:
    """The parts of an encoded path, or None where it is not of ARM's form."""
    segments = [unquote(segment) for segment in raw.strip("/").split("/")]
    text = "/" + "/".join(segments)
    if text.lower() == "/tenants":
        return ArmPath(text, section="tenants")
    if segments[0].lower() != "subscriptions" or not all(map(is_plain_name, segments)):
        return None
    rest = segments[2:]
    subscription = segments[1] if len(segments) > 1 else ""
    if not rest:
        return ArmPath(text, subscription)
    group = ""
    if rest[0].lower() == "resourcegroups" and len(rest) > 1:
        group, rest = rest[1], rest[2:]
    return _rest(ArmPath(text, subscription, group), rest)


def _rest(path: ArmPath, rest: list[str]) -> ArmPath | None:
    match [word.lower() for word in rest[:1]]:
        case []:
            return path
        case ["providers"] if len(rest) > 2:
            provider, *segments = rest[1:]
            # An extension resource stands after another `providers`: its own part is what names it.
            while "providers" in (lower := [word.lower() for word in segments]):
                provider, *segments = segments[lower.index("providers") + 1 :] or [""]
            return ArmPath(path.text, path.subscription, path.group, "providers", provider.lower(), tuple(segments))
        case ["providers"]:
            return ArmPath(path.text, path.subscription, path.group, "providers", "".join(rest[1:]).lower())
        case [("resources" | "resourcegroups" | "locations") as section] if len(rest) == 1:
            return ArmPath(path.text, path.subscription, path.group, section)
    return None
