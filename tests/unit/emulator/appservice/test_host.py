"""Sites stopped and started by an operator."""

from dataclasses import replace

import aiohttp
import pytest

from emulator.appservice import Action, SiteHost, SiteSpec, UnknownSiteError


async def test_a_stopped_site_stays_stopped_through_changes_until_it_is_started(host: SiteHost, spec: SiteSpec) -> None:
    await host.apply(spec)

    await host.switch("shop", Action.STOP)
    stopped = [host.state("shop"), host.engine("shop").is_running]
    await host.apply(replace(spec, settings={"GREETING": "goodbye"}))
    await host.switch("shop", Action.RESTART)
    still = [host.state("shop"), host.engine("shop").is_running]
    await host.switch("Shop", Action.START)

    assert (stopped, still) == (["Stopped", False], ["Stopped", False])
    assert host.state("shop") in {"Starting", "Running"}
    assert host.engine("shop").is_running


async def test_it_stays_stopped_when_the_local_azure_is_started_again(host: SiteHost, spec: SiteSpec) -> None:
    await host.apply(spec)
    await host.switch("shop", Action.STOP)
    await host.stop()

    await host.apply(spec)

    assert host.state("shop") == "Stopped"


async def test_a_stopped_site_answers_403_and_its_scm_site_goes_on(host: SiteHost, spec: SiteSpec) -> None:
    addresses = await host.apply(spec)
    await host.switch("shop", Action.STOP)

    async with aiohttp.ClientSession() as session:
        site = await session.get(f"http://{addresses.host}/")
        scm = await session.get(f"http://{addresses.scm_host}/api/webjobs")

    assert (site.status, scm.status) == (403, 200)


async def test_an_unknown_site_cannot_be_stopped(host: SiteHost) -> None:
    with pytest.raises(UnknownSiteError, match="site 'nobody': not found; there are: none"):
        await host.switch("nobody", Action.STOP)
