"""The figures of what customers say once more, naively, from their definitions; see oracle."""

from collections.abc import Callable
from datetime import date
from statistics import fmean
from typing import Any

Rows = list[dict[str, Any]]
Cells = dict[tuple[str, str, str], tuple[Any, Any, Any]]


def customers(table: Callable[[str], Rows], since: date, until: date) -> Cells:
    """Give every cell of the report on what customers say, unprotected."""
    themes = {row["id"]: row for row in table("theme")}
    points = {row["id"]: row for row in table("touchpoint")}
    undone = {row["id"] for row in table("feedback_import") if row["state"] != "visible"}
    about: dict[int, Rows] = {}
    for row in table("theme_assignment"):
        if row["state"] == "assigned":
            about.setdefault(row["item_id"], []).append(row)

    def places_of(theme: dict[str, Any] | None) -> set[int]:
        while theme is not None:
            mine = {row["touchpoint_id"] for row in table_lies if row["theme_id"] == theme["id"]}
            mine = {point for point in mine if points[point]["archived_at"] is None}
            if mine and theme["archived_at"] is None:
                return mine
            theme = themes.get(theme["parent_id"])
        return set()

    table_lies = table("theme_touchpoint")
    cells: Cells = {}
    for who, audience in (("", "customers"), ("colleague_", "employees")):
        by: dict[tuple[str, str], Rows] = {("all", "all"): []}
        for item in table("feedback_item"):
            if item["audience"] != audience or item["hidden_at"] or item["import_id"] in undone:
                continue
            if not since <= item["said_on"] <= until:
                continue
            item["customer"] = item["customer_hash"] or f"item {item['id']}"
            item["said"] = {row["polarity"] for row in about.get(item["id"], [])}
            point = item["touchpoint_id"]
            if point is None:
                where: set[int] = set()
                for row in about.get(item["id"], []):
                    where |= places_of(themes[row["theme_id"]])
                point = where.pop() if len(where) == 1 else None
            rows = [("all", "all"), ("touchpoint", str(point or "none"))]
            if not who:
                rows.append(("segment", item["segment"] or "none"))
            if point is not None:
                rows.append(("touchpoint", f"j{points[point]['journey_id']}"))
            for row in rows:
                by.setdefault(row, []).append(item)
        for (dimension, key), mine in by.items():
            people = {item["customer"] for item in mine}
            if dimension != "all" and (until - since).days < 31:
                continue
            cells[f"{who}heard", dimension, key] = len(people), None, float(len(people))
            cells[f"{who}comments", dimension, key] = len(mine), None, float(len(mine))
            for name, polarity in (("praise_rate", "positive"), ("criticism_rate", "negative")):
                those = {item["customer"] for item in mine if polarity in item["said"]}
                value = 100 * len(those) / len(people) if people else None
                cells[f"{who}{name}", dimension, key] = len(those), len(people), value
            cells |= ratings(who, dimension, key, mine)
    return cells


def ratings(who: str, dimension: str, key: str, mine: Rows) -> Cells:
    """Give satisfaction and recommendation of a row, each customer once."""
    cells: Cells = {}
    for name, answer in (("csat", rating), ("nps", recommends)):
        answers: dict[str, list[float]] = {}
        for item in mine:
            if answer(item) is not None:
                answers.setdefault(item["customer"], []).append(answer(item))
        if answers or dimension == "all":
            value = fmean(fmean(some) for some in answers.values()) if answers else None
            cells[f"{who}{name}", dimension, key] = None, len(answers), value
    return cells


def rating(item: dict[str, Any]) -> Any:
    """Give how satisfied somebody was."""
    return item["rating"]


def recommends(item: dict[str, Any]) -> Any:
    """Give 100 for who recommends, -100 for who advises against, 0 between; None for no answer."""
    return None if item["nps"] is None else 100.0 * (item["nps"] > 8) - 100.0 * (item["nps"] < 7)
