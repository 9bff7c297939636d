"""What collectstatic leaves out: of packages only what a page asks for is served."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Django's static files without the parts of other people's packages that no page uses."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "tabler-*",  # flags, payments and so on; some name pictures that are not shipped
        "tabler.css*",
        "*.rtl.*",
        "ext",  # of django-htmx, beside its htmx 4
        "htmx-4*",
        "htmax*",
        "scss",
        "module.*",
        "cdn.js",
        "*.ts",
        "*.md",
        "*.json",
        "LICENSE",
    ]
