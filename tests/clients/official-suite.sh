#!/usr/bin/env bash
# The official conformance suite of the specification, as 1.1 and as the draft, with every part of it switched on.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require conformance

export OCI_REGISTRY=$REGISTRY OCI_REPO1=suite/one OCI_REPO2=suite/two OCI_TLS=disabled OCI_CONFIGURATION=/dev/null
if secure; then export OCI_TLS=enabled SSL_CERT_FILE=$CA; fi
if has_login; then export OCI_USERNAME=alice OCI_PASSWORD=$PASSWORD; fi
# What it leaves off by itself in some version.
export OCI_API_BLOBS_UPLOAD_CANCEL=true OCI_API_BLOBS_DIGEST_HEADER=true OCI_API_BLOBS_MOUNT_ANONYMOUS=true
export OCI_API_MANIFESTS_DIGEST_HEADER=true OCI_API_MANIFESTS_TAG_PARAM=true OCI_API_REFERRER=true
# Where the registry was told to take manifests whose content is missing.
case $WORLD in *-sparse) export OCI_DATA_SPARSE=true ;; esac

counted() { sed -n "s/^  $1\.*: *//p" report; }
# The suite ends with 0 whatever it finds: what counts is its report.
ran() {
    OCI_VERSION=$1 OCI_RESULTS_DIR=results-$1 limited conformance > report 2>&1
    sed -n '/^OCI Conformance Result/,/Total/p' report
    grep -E ': (FAIL|Error)$' report && return 1
    [ "$(counted FAIL)" = 0 ] && [ "$(counted Error)" = 0 ] && [ "$(counted Pass)" -ge 900 ]
}
step "as 1.1: over 900 checks pass, none fails" ran 1.1
step "as the draft: over 900 checks pass, none fails" ran dev
