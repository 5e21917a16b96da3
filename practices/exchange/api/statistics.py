"""Numbers of practices by what they state."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from practices.discovery import Selection, results, statistics
from practices.discovery.statistics import Chart
from practices.exchange.api import schemas
from practices.exchange.api.view import PublicView

TABLES = ("objective", "region", "country", "type", "implementer", "sdg", "evidence")


class Statistics(PublicView):
    """Numbers of practices, by year and by the values of filters."""

    @extend_schema(responses=schemas.answers(schemas.Statistics))
    def get(self, request: Any) -> Response:
        charts = {
            "published": statistics.by_publication_year(),
            "started": statistics.by_start_year(),
            **{name: statistics.by_facet(name) for name in TABLES},
        }
        total = results.total(Selection())
        return Response(
            {"practices": total.number, "by": {name: _table(each) for name, each in charts.items()}}
        )


def _table(chart: Chart) -> dict[str, Any]:
    rows = [
        {"value": bar.value, "label": bar.label, "practices": bar.number} for bar in chart.bars if bar.number
    ]
    return {"values": rows, "not_stated": chart.unstated}
