"""The page's address: a session begins with a link, and the address follows what is chosen."""

import re
import secrets
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import streamlit as st

from .. import link
from ..data.datasets import MNIST, OWN
from ..engine.engine import shared_engine
from ..engine.visitors import Notice
from ..experiments.keeper import shared_keeper
from ..state import labs
from ..training.config import TrainConfig
from . import choice, runs
from .components.address import address
from .session import Choice, Session, has_begun, session

NOT_YOURS = (
    "The link is about a network for data that somebody has made. Such data stay with whoever made them, so the "
    "network is set to MNIST here. With the file of the data, from the page “Your data”, it can go on here."
)
PLAIN = re.compile(r"https?://[\w.:\[\]-]{1,300}(/[\w.~%/-]{0,300})?", re.ASCII | re.IGNORECASE)


def begin() -> None:
    """Once a session: read the link. The page reports the parts that could not be read."""
    if has_begun():
        return
    parameters = st.query_params.to_dict()
    net, config, problems = link.from_parameters(parameters)
    states, lab_problems = labs.from_parameters(parameters)
    # The run's id in the link, or an experiment's, brings it and its visit back, even in another browser tab. Anyone
    # with that id has the run: an id cannot be guessed, and the link to share omits it.
    run = parameters.get("run", "")
    of_run = shared_engine().visit_of(run)
    visit = of_run or shared_keeper().visit_of(run) or shared_engine().visit_of_data(run)
    if config.dataset == OWN and not (visit and shared_engine().data_of(visit)):
        config = replace(config, dataset=MNIST.name)
        net = choice.for_data(net, MNIST)
        problems = [*problems, NOT_YOURS]
    own = shared_engine().data_of(visit) if visit and config.dataset == OWN else None
    if own and "net" not in parameters:
        net = choice.for_data(net, own.source())
    st.session_state.session = Session(
        Choice(net, config),
        visit or secrets.token_urlsafe(16),
        run=run if of_run else None,
        link_problems=problems + lab_problems,
        states=dict(states),
    )
    if run and (of_run or not visit) and runs.run_view() is None:
        session().notices.append(_missing_run(run))


def _missing_run(run: str) -> Notice:
    """Why a run of the link is not here."""
    return shared_engine().eviction_notice(run) or Notice(
        "The run of this link is not here any more: it ended when the server was restarted, or it was removed long "
        "ago. Its network and settings came with the link.",
        choice.net(),
        choice.config(),
        passing=False,
    )


def parameters() -> dict[str, str]:
    """The parameters of a link to share: network, settings, and the labs of this page. The run stays its owner's."""
    return link.to_parameters(choice.net(), choice.config()) | labs.to_parameters(session().states, session().page)


def link_to_share() -> str:
    """The address that opens this page as it is, for anybody."""
    return address_of(session().page, urlencode(parameters()))


def link_to(page: str, network: str, settings: TrainConfig) -> str:
    """The address that opens a page with a network and settings, for anybody."""
    return address_of(page, urlencode(link.to_parameters(network, settings)))


def address_of(page: str, query: str = "") -> str:
    """The address of a page with these parameters."""
    return f"{_root()}/{_path(page)}" + f"?{query}" * bool(query)


def _newest_experiment() -> str | None:
    """Its id, by which a reload finds the visit again where there is no run."""
    kept = shared_keeper().of(session().visit)
    return kept[-1].id if kept else None


def _root() -> str:
    """The address of the app, without a slash at its end. A browser tells it: "" for anything but a plain address."""
    page = (st.context.url or "").partition("?")[0]
    return page.removesuffix(_path(session().page)).removesuffix("/") if PLAIN.fullmatch(page) else ""


def _path(page: str) -> str:
    return "" if page == "home" else page


def write() -> None:
    """Keep the address in step with the choice, so that a reload or a bookmark brings all of it back.

    The browser's history gets no step for that. The first address is written by the component alone, which then keeps
    Streamlit from adding one for each address that follows.
    """
    wanted = parameters()
    if run := session().run or _newest_experiment() or shared_engine().data_id(session().visit):
        wanted["run"] = run
    address(urlsplit(f"{_root()}/{_path(session().page)}").path, urlencode(wanted))
    if session().has_address and st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    session().has_address = True
