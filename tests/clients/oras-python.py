"""One operation of the Python library oras on the registry of $BASE.

    oras-python.py push REFERENCE FILE            push-chunked REFERENCE FILE
    oras-python.py attach SUBJECT REFERENCE FILE  pull REFERENCE FOLDER
    oras-python.py tags REPOSITORY                delete REPOSITORY TAG
"""

import json
import os
import sys

import oras.auth.utils
import oras.client
import oras.oci

registry = os.environ["REGISTRY"]


def client(*actions):
    """A new one for each operation. It goes on with its first token whatever it does next, so that one is asked for
    with all that the operation needs."""
    login = os.environ["LOGIN"]
    made = oras.client.OrasClient(
        hostname=registry,
        insecure=os.environ["BASE"].startswith("http:"),
        auth_backend="basic" if login == "basic" else "token",
    )
    if login != "none":
        made.auth.set_basic_auth(os.environ["ORAS_USER"], os.environ["ORAS_PASS"])
    if login == "token":
        scope = f"repository:oras-python/app:{','.join(actions)}"
        realm = os.environ["BASE"] + "/token"
        wanted = {"realm": realm, "service": "plimsoll", "scope": scope}
        token = made.auth.request_token(oras.auth.utils.authHeader(wanted))
        if not token:
            sys.exit("unauthorized: there is no token for this password")
        made.auth.set_token_auth(token)
    return made


def push(reference, file, **more):
    response = client("pull", "push").push(target=f"{registry}/{reference}", files=[file], quiet=True, **more)
    response.raise_for_status()


def attach(subject, reference, file):
    found = client("pull").get_manifest(f"{registry}/{subject}")
    push(reference, file, subject=oras.oci.Subject.from_manifest(found))


def main(operation, *arguments):
    if operation == "push":
        push(*arguments)
    elif operation == "push-chunked":
        push(*arguments, do_chunked=True, chunk_size=30_000)
    elif operation == "attach":
        attach(*arguments)
    elif operation == "pull":
        client("pull").pull(target=f"{registry}/{arguments[0]}", outdir=arguments[1])
    elif operation == "tags":
        print("\n".join(client("pull").get_tags(f"{registry}/{arguments[0]}")))
    elif operation == "delete":
        deleted = client("pull", "delete").delete_tags(f"{registry}/{arguments[0]}", [arguments[1]])
        assert deleted == [arguments[1]], json.dumps(deleted)
    else:
        sys.exit(f"no operation {operation}")


if __name__ == "__main__":
    main(*sys.argv[1:])
