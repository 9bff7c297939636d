"""The projects, a module for each area: name and purpose, in the order of their numbers."""

from portfolio.exchange.demo.areas import corporate, fleet, stations, ticketing, track

PROJECTS: dict[str, tuple[tuple[str, str], ...]] = {
    "FL": fleet.PROJECTS,
    "ST": stations.PROJECTS,
    "TP": track.PROJECTS,
    "PI": ticketing.PROJECTS,
    "CS": corporate.PROJECTS,
}
