#!/usr/bin/env bash
# Installs the Debian packages that the tests talk to: a real PACS, a real database, real validators and readers.
set -euo pipefail
packages=(orthanc orthanc-dicomweb postgresql dicom3tools dcmtk pixelmed-apps default-jre-headless plastimatch
  python3-pydicom python3-numpy python3-scipy python3-torch jing chromium fonts-dejavu-core)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need these Debian packages: ${missing[*]}" >&2
  echo "Run once as root: apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "Installing Debian packages for the tests: ${missing[*]}"
# A freshly installed PACS or database must not start as a system service: the tests start their own.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
trap 'rm -f /usr/sbin/policy-rc.d' EXIT
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
