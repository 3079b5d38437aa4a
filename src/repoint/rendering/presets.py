"""Designs that look good as they are."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from repoint.rendering.design import Design
from repoint.rendering.design_json import parse
from repoint.rendering.errors import BadDesign
from repoint.rendering.names import not_known

# Every ink is dark enough to keep a contrast of at least 4.5 to its background, in the lightest stop too.
PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "classic": {},
        "midnight": {
            "modules": {"shape": "rounded", "color": "#0F172A"},
            "corners": {"outer_shape": "rounded", "inner_shape": "extra-rounded", "inner_color": "#2563EB"},
            "frame": {"style": "bar-below"},
        },
        "ocean": {
            "modules": {
                "shape": "fluid",
                "color": "#0C4A6E",
                "gradient": {"kind": "linear", "angle": 45, "stops": ["#0369A1", "#0C4A6E", "#0F766E"]},
            },
            "corners": {"outer_shape": "rounded", "inner_shape": "extra-rounded"},
            "background": {"color": "#F0F9FF"},
            "frame": {"style": "tooltip-below", "font": "rounded"},
        },
        "sunset": {
            "modules": {
                "shape": "extra-rounded",
                "color": "#9F1239",
                "gradient": {"kind": "linear", "angle": 90, "stops": ["#6B21A8", "#BE123C", "#C2410C"]},
            },
            "corners": {"outer_shape": "rounded", "inner_shape": "rounded"},
            "background": {
                "color": "#FFF7ED",
                "gradient": {"kind": "linear", "angle": 90, "stops": ["#FAF5FF", "#FFF7ED"]},
            },
            "frame": {"style": "arrow", "font": "handwritten", "color": "#C2410C"},
        },
        "forest": {
            "modules": {"shape": "classy", "color": "#14532D"},
            "corners": {"outer_shape": "leaf", "inner_shape": "leaf", "inner_color": "#15803D"},
            "background": {"color": "#F7FEE7"},
            "frame": {"style": "border"},
        },
        "berry": {
            "modules": {
                "shape": "dots",
                "color": "#831843",
                "gradient": {"kind": "radial", "stops": ["#BE185D", "#581C87"]},
                "scale": 0.9,
            },
            "corners": {"outer_shape": "rounded", "inner_shape": "extra-rounded"},
            "frame": {"style": "tooltip-above", "font": "rounded", "color": "#581C87"},
        },
        "espresso": {
            "modules": {"shape": "soft", "color": "#3B2314"},
            "corners": {"outer_shape": "rounded", "inner_shape": "rounded", "inner_color": "#92400E"},
            "background": {"color": "#FAF3E8"},
            "logo": {"name": "menu", "color": "#92400E", "size": 0.22},
            "frame": {"style": "card", "text": "See the menu", "font": "serif"},
        },
        "blueprint": {
            "modules": {"shape": "mosaic", "color": "#1E40AF"},
            "corners": {"inner_shape": "cut"},
            "background": {"color": "#EFF6FF"},
            "frame": {"style": "bar-above", "text": "SCAN ME", "font": "mono"},
        },
        "aurora": {
            "modules": {
                "shape": "classy-rounded",
                "color": "#4C1D95",
                "gradient": {"kind": "linear", "angle": 135, "stops": ["#0F766E", "#1D4ED8", "#4C1D95", "#86198F"]},
            },
            "corners": {"outer_shape": "one-corner", "inner_shape": "one-corner"},
        },
        "confetti": {
            "modules": {"shape": "dots", "color": "#1F2937", "scale": 0.92},
            "corners": {
                "outer_shape": "rounded",
                "inner_shape": "rounded",
                "top_left": {"outer_color": "#BE185D", "inner_color": "#BE185D"},
                "top_right": {"outer_color": "#1D4ED8", "inner_color": "#1D4ED8"},
                "bottom_left": {"outer_color": "#047857", "inner_color": "#047857"},
            },
            "logo": {"name": "gift", "color": "#BE185D", "size": 0.18},
            "frame": {"style": "banner", "font": "rounded", "color": "#1D4ED8"},
        },
        "valentine": {
            "modules": {"shape": "heart", "color": "#BE123C"},
            "corners": {"outer_shape": "rounded", "inner_shape": "extra-rounded", "outer_color": "#881337"},
            "background": {"color": "#FFF1F2"},
            "frame": {"style": "text-below", "text": "Scan with love", "font": "handwritten", "color": "#881337"},
        },
        "skyline": {
            "modules": {
                "shape": "vertical-bars",
                "color": "#312E81",
                "gradient": {"kind": "linear", "angle": 90, "stops": ["#4338CA", "#0F172A"]},
            },
            "corners": {"outer_shape": "rounded", "inner_shape": "rounded"},
            "frame": {"style": "phone", "color": "#0F172A"},
        },
    }
)


@cache
def preset(name: str) -> Design:
    """Return a design by its name; BadDesign names the nearest one."""
    if name not in PRESETS:
        raise BadDesign("preset", not_known(name, PRESETS))
    return parse(PRESETS[name])
