"""The files of deploy/ against what the server knows: services, ports, health paths, settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from parley.server import health
from parley.server.serve import WIND_UP_S
from parley.server.services.table import SERVICES, port_of
from parley.server.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE = ("compose.yaml", "compose.single.yaml")
FOREIGN = {"POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD"}
"""Settings of others."""
HEALTHY = {route.path for route in health.routes}


def ports() -> dict[str, int]:
    return {name: port_of(Settings(service=name)) for name in SERVICES}


def setting_names() -> set[str]:
    """All names under which a setting is read from the environment."""
    found = set()
    for name, field in Settings.model_fields.items():
        found.add(f"PARLEY_{name.upper()}")
        if field.validation_alias is not None:
            found |= set(field.validation_alias.choices)  # type: ignore[union-attr]
    return found


def documents(file: Path) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(file.read_text(encoding="utf-8")) if each]


def manifests() -> Iterator[dict[str, Any]]:
    for file in sorted(KUBERNETES.glob("*.yaml")):
        yield from documents(file)


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in manifests() if each["kind"] == kind}


@pytest.mark.parametrize("file", COMPOSE)
def test_every_setting_of_compose_is_one(file: str):
    (compose,) = documents(DEPLOY / file)
    named = {name for service in compose["services"].values() for name in service.get("environment", {})}
    assert named - FOREIGN <= setting_names()
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / file).read_text(encoding="utf-8")))
    assert wanted <= setting_names()


def test_compose_runs_every_service_at_its_port_and_asks_how_it_is():
    (compose,) = documents(DEPLOY / "compose.yaml")
    served = {s["command"][1]: s for s in compose["services"].values() if s.get("command", [None])[0] == "serve"}
    assert set(served) == set(SERVICES)
    for name, service in served.items():
        asked = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]*)", service["healthcheck"]["test"][-1])
        assert asked is not None
        assert (int(asked[1]), asked[2] in HEALTHY) == (ports()[name], True), name
        assert all(int(each.split(":")[1]) == ports()[name] for each in service.get("ports", [])), name
        assert name in service["environment"]["PARLEY_ALLOWED_HOSTS"].split(",")


@pytest.mark.parametrize("file", COMPOSE)
def test_what_compose_mounts_is_declared(file: str):
    (compose,) = documents(DEPLOY / file)
    mounted = {volume.split(":")[0] for each in compose["services"].values() for volume in each.get("volumes", [])}
    assert mounted == set(compose["volumes"])


def test_a_cluster_runs_every_service_at_its_port_with_probes():
    deployments, services = of_kind("Deployment"), of_kind("Service")
    assert set(deployments) == set(services) == set(SERVICES)
    for name, port in ports().items():
        (container,) = deployments[name]["spec"]["template"]["spec"]["containers"]
        assert container["args"] == ["serve", name]
        assert container["ports"] == [{"name": "http", "containerPort": port}]
        assert services[name]["spec"]["ports"][0]["port"] == port
        assert services[name]["metadata"]["annotations"]["prometheus.io/port"] == str(port)
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[probe]["httpGet"]["path"] in HEALTHY
        labels = deployments[name]["spec"]["template"]["metadata"]["labels"]
        assert deployments[name]["spec"]["selector"]["matchLabels"] == labels == services[name]["spec"]["selector"]


def test_what_scales_is_there_and_what_is_asked_for_is_applied():
    for name, scaled in of_kind("HorizontalPodAutoscaler").items():
        assert scaled["spec"]["scaleTargetRef"]["name"] == name in of_kind("Deployment")
        assert scaled["spec"]["minReplicas"] == of_kind("Deployment")[name]["spec"]["replicas"]
    (kustomization,) = documents(KUBERNETES / "kustomization.yaml")
    files = {file.name for file in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml", "secrets.example.yaml"}
    assert set(kustomization["resources"]) == files - {"secrets.yaml"}
    for path in of_kind("Ingress")["parley"]["spec"]["rules"][0]["http"]["paths"]:
        assert path["backend"]["service"]["name"] in of_kind("Service")


def test_the_settings_of_a_cluster_are_settings_and_name_its_services():
    settings = of_kind("ConfigMap")["parley"]["data"]
    secrets = of_kind("Secret")["parley"]["stringData"]
    assert set(settings) | set(secrets) <= setting_names()
    for name, port in ports().items():
        if name != "call-handler":
            assert settings[f"{SERVICES[name].setting.upper()}_URL"] == f"http://{name}:{port}"
    assert not any(secrets.values()), "an example holds no secrets"


def test_pods_run_without_rights_and_share_their_data():
    for each in (*of_kind("Deployment").values(), *of_kind("Job").values()):
        pod = each["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] in of_kind("PersistentVolumeClaim")


def test_the_image_carries_what_it_copies_and_runs_as_nobody():
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    for path in (each for paths in copied for each in paths):
        assert (DEPLOY.parent / path).exists(), path
        assert f"!{path}" in kept, path
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users[-1:] == ["parley"]
    made = next(line for line in lines if "useradd" in line)
    pod = of_kind("Job")["setup"]["spec"]["template"]["spec"]
    assert f"--uid {pod['securityContext']['runAsUser']} " in made
    assert all(":" in line.split()[1] for line in lines if line.startswith("FROM ")), "a base image has a version"


def test_make_deploys():
    makefile = (DEPLOY.parent / "Makefile").read_text(encoding="utf-8")
    for target in ("build", "dev-setup", "health-check", "deploy-prod", "deploy-kubernetes"):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
    for path in re.findall(r"deploy/[\w./-]+", makefile):
        assert (DEPLOY.parent / path).exists() or path.endswith("secrets.yaml"), path


def test_calls_in_progress_have_time_to_end_before_the_process_is_killed():
    pod = of_kind("Deployment")["call-handler"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    before = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    drain = float(of_kind("ConfigMap")["parley"]["data"]["PARLEY_DRAIN_S"])
    assert before + drain + WIND_UP_S <= pod["terminationGracePeriodSeconds"]
    for file, name in (("compose.yaml", "call-handler"), ("compose.single.yaml", "parley")):
        (compose,) = documents(DEPLOY / file)
        service = compose["services"][name]
        assert service["stop_grace_period"] == "10m"
        assert service["environment"]["PARLEY_DRAIN_S"] == "${PARLEY_DRAIN_S:-570}"
