#!/bin/sh
# Signs one request to the HTTP API and sends it:
#
#   COUNTERSIGN_PRINCIPAL=robot COUNTERSIGN_SIGNING_SECRET=cssig_... \
#     sh signed_request.sh http://127.0.0.1:7878 GET /api/v1/pending
#   ... sh signed_request.sh http://127.0.0.1:7878 POST /api/v1/approvals/ID '{"decision": "deny"}'
#
# `countersign user add robot --role admin --signing` prints the secret, once. It is never sent. For a moment its key stands
# among the arguments of `openssl`, where other programs of this user can see it: a program of your own has no such moment.
set -eu
base=$1 method=$2 path=$3 body=${4-}
timestamp=$(date +%s)
nonce=$(openssl rand -hex 16)
key=$(printf %s "$COUNTERSIGN_SIGNING_SECRET" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
digest=$(printf %s "$body" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
signature=$(printf 'countersign-v1\n%s\n%s\n%s\n%s\n%s\n%s' \
  "$timestamp" "$nonce" "$COUNTERSIGN_PRINCIPAL" "$method" "$path" "$digest" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d ' ' -f 1)
set -- --silent --show-error --path-as-is --request "$method" \
  --header "X-Countersign-Signature: sha256=$signature" \
  --header "X-Countersign-Timestamp: $timestamp" \
  --header "X-Countersign-Nonce: $nonce" \
  --header "X-Countersign-Principal: $COUNTERSIGN_PRINCIPAL"
if [ -n "$body" ]; then
  set -- "$@" --header 'Content-Type: application/json' --data-raw "$body"
fi
curl "$@" "$base$path"
