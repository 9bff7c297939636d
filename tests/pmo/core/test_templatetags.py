"""The tags and filters every template has, through Django's template engine."""

from decimal import Decimal

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation


@pytest.fixture(autouse=True)
def british():
    with translation.override("en-gb"):
        yield


def render(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("value", "name", "word"),
    [
        ("on", "on", "On track"),
        ("risk", "risk", "At risk"),
        ("off", "off", "Off track"),
        ("nr", "nr", "Not reported"),
        ("hold", "hold", "On hold"),
        ("done", "done", "Complete"),
        (None, "nr", "Not reported"),
        ("purple", "nr", "Not reported"),
    ],
)
def test_rag_is_shape_and_word(value, name, word):
    html = render("{% rag value %}", value=value)
    assert html.startswith(f'<span class="rag rag--{name}"><svg viewBox="0 0 12 12" aria-hidden="true">')
    assert html.endswith(f"<span>{word}</span></span>")


def test_rag_short_keeps_the_word_for_screen_readers():
    assert '<span class="sr">At risk</span>' in render('{% rag "risk" short=True %}')


def test_rag_text_shows_a_count_beside_the_shape():
    assert '<span>3<span class="sr"> Off track</span></span>' in render('{% rag "off" text=3 %}')


def test_rag_move_reads_before_to_after():
    html = render('{% rag_move "risk" None %}')
    assert html.index("At risk") < html.index('<span class="sr"> to </span>') < html.index("Not reported")


def test_rag_picker_checks_the_value_and_marks_the_suggestion():
    html = render('{% rag_picker "cost" "risk" "off" "Cost" %}')
    assert html.count('type="radio"') == 4
    assert '<legend class="sr">Cost</legend>' in html
    assert '<input type="radio" name="cost" id="id_cost-risk" value="risk" checked>' in html
    assert html.count(" checked") == 1
    assert '<label for="id_cost-off" class="sug">' in html
    assert html.count("(computed)") == 1


def test_rag_picker_escapes_its_legend():
    assert "<b>" not in render('{% rag_picker "cost" legend=legend %}', legend="<b>")


def test_rating_is_told_apart_from_a_status():
    html = render('{% rating "amber_red" %}{% rating None %}')
    assert html == (
        '<span class="gh-tag gh-rating"><b>A/R</b> Amber/Red</span>'
        '<span class="gh-tag gh-rating"><b>NR</b> Not rated</span>'
    )


def test_distribution_reads_its_counts_out():
    html = render("{% distribution counts %}", counts={"on": 22, "off": 3, "risk": 0})
    assert 'aria-label="22 on track, 3 off track"' in html


def test_sparkline_and_bullet_take_decimals():
    html = render('{% sparkline values "Slip" 20 %}', values=[Decimal(0), None, Decimal(10)])
    assert 'aria-label="Slip"' in html
    assert 'width="165.7"' in render('{% bullet v t 0.05 "x" %}', v=Decimal("21.4"), t=Decimal("18.6"))


def test_figures_are_written_by_filters():
    source = (
        '{{ a|money:"GBP" }} {{ a|money_exact:"GBP" }} {{ a|money_m:"GBP" }} {{ a|signed_money:"GBP" }} '
        "{{ r|pct }} {{ r|share }} {{ n|count }}"
    )
    html = render(source, a=Decimal(21412345), r=Decimal("0.151"), n=10000)
    assert html == "£21.4m £21,412,345.00 £21.41m +£21.4m +15.1% 15% 10,000"


class Fields(forms.Form):
    title = forms.CharField(help_text="As the board knows it")
    stage = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    tier = forms.ChoiceField(choices=[("1", "Tier 1"), ("2", "Tier 2")], widget=forms.RadioSelect)
    active = forms.BooleanField(required=False)


def test_control_ties_an_invalid_field_to_its_hint_and_error():
    form = Fields({"title": ""})
    html = render('{% include "components/field.html" %}', field=form["title"])
    assert 'class="form-control is-invalid"' in html
    assert 'aria-describedby="id_title_hint id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_hint">As the board knows it<' in html
    assert 'id="id_title_error"' in html
    assert '<label class="form-label" for="id_title">Title</label>' in html


def test_control_gives_each_kind_its_class():
    form = Fields()
    html = render("{{ a|control }}{{ b|control }}{{ c|control }}", a=form["title"], b=form["stage"], c=form["active"])
    assert [html.count(name) for name in ("form-control", "form-select", "form-check-input")] == [1, 1, 1]


def test_radios_stand_in_a_fieldset_with_a_legend():
    html = render('{% include "components/field.html" %}', field=Fields({"tier": "2"})["tier"])
    assert "<legend>Tier" in html
    assert html.count('class="form-check-input"') == 2
    assert 'for="id_tier_1"' in html
    assert html.count(" checked") == 1


def test_keep_parameters_carries_the_named_ones_only():
    request = RequestFactory().get("/", {"sort": "-name", "cols": "a,b", "stage": ["x", "y"], "page": "2"})
    kept = render('{% keep_parameters only="sort cols" %}', request=request)
    assert kept == '<input type="hidden" name="sort" value="-name"><input type="hidden" name="cols" value="a,b">'
    rest = render('{% keep_parameters exclude="cols page" %}', request=request)
    assert rest.count("<input") == 3


def test_keep_parameters_escapes_values():
    request = RequestFactory().get("/", {"q": '"><script>'})
    assert "<script>" not in render("{% keep_parameters %}", request=request)


def test_address_without_a_filter_drops_both_ends_and_the_page():
    request = RequestFactory().get("/", {"cost_min": "1", "cost_max": "2", "stage": "x", "page": "3"})
    assert render('{% address_without "cost" %}', request=request) == "?stage=x"


def test_icon_points_into_the_sprite():
    assert render('{% icon "home" %}') == (
        '<svg class="ico" aria-hidden="true"><use href="/static/img/icons.svg#home"/></svg>'
    )
