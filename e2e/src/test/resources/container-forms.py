"""Compares the files for containers with the schemas of Kubernetes and Compose, and prints each fault.

Arguments: the folder packaging, a version of Kubernetes, and the schema of Compose.
"""
import json
import pathlib
import sys

import jsonschema
import kubernetes_validate
import yaml

packaging = pathlib.Path(sys.argv[1])
faults = 0


def report(what, message):
    global faults
    faults += 1
    print("invalid:", what, message)


def place(error):
    return "/".join(str(part) for part in error.absolute_path) + ": " + error.message


def check_pod(name, pod):
    """The Pod Security Standard "restricted", a read-only root, and volumes that exist."""
    security = pod["securityContext"]
    if not security.get("runAsNonRoot") or security["seccompProfile"]["type"] != "RuntimeDefault":
        report(name, "the pod may run as root or without seccomp")
    volumes = {volume["name"] for volume in pod["volumes"]}
    for container in pod.get("initContainers", []) + pod["containers"]:
        own = container["securityContext"]
        if own["allowPrivilegeEscalation"] or own["capabilities"] != {"drop": ["ALL"]}:
            report(name, container["name"] + " has privileges")
        if not own["readOnlyRootFilesystem"]:
            report(name, container["name"] + " writes to its image")
        for mount in container["volumeMounts"]:
            if mount["name"] not in volumes:
                report(name, container["name"] + " mounts " + mount["name"] + ", which is no volume")


for file in sorted((packaging / "kubernetes").glob("*.yaml")):
    if file.name == "kustomization.yaml":
        continue
    for part in yaml.safe_load_all(file.read_text()):
        try:
            kubernetes_validate.validate(part, sys.argv[2], strict=True)
            print("valid:", part["kind"], part["metadata"]["name"])
        except jsonschema.ValidationError as error:
            report(file.name + " " + part["kind"], place(error))
        if part["kind"] == "Deployment":
            check_pod(part["metadata"]["name"], part["spec"]["template"]["spec"])

compose = yaml.safe_load((packaging / "compose" / "compose.yaml").read_text())
schema = json.loads(pathlib.Path(sys.argv[3]).read_text())
for error in jsonschema.Draft7Validator(schema).iter_errors(compose):
    report("compose.yaml", place(error))
print("read: Compose")
sys.exit(1 if faults else 0)
