// PuTTY keys made once by puttygen 0.78, for the tests alone: CI has no puttygen.
export interface PuttyFixture {
  readonly label: string;
  /** Each character is a byte. */
  readonly text: string;
  /** As `puttygen -L` prints it, without the comment. */
  readonly publicLine: string;
  readonly passphrase: string;
}

export const puttyKeys: readonly PuttyFixture[] = [
  {
    label: 'version 2, RSA',
    passphrase: '',
    publicLine:
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCOSSZ+VGsI8/0/ATuZJ9RdhrQpHC+SaDXCTHiCYToH4HQncqQ6MG7mvMUioSQScMBH5c+li04fypOLRZBgayZhm+1gl93Vx7nObQTdYW1MHS1n9pIgF4CQ+dDJE8MuKyJRIWYbqszu9VghI7A4G/wjsEsOeHyGez1ENKPN2hoIgzqobDQ6geucvc4NcyHstrptxHCv4rlctlCtU6G97M2IHP1sB2YitMXCmGR+cnGyAry7Fz71dbCi5Z3Cevwo3M0+lyz+ZvarQOPYNI4j+I9Smad+Z0cQNdXHd0ZR1IAjbD2mgbjvT0BYOBoRc19w3oiwoJsUrtUMaVApkxp9nWvJ',
    text: `PuTTY-User-Key-File-2: ssh-rsa
Encryption: none
Comment: fixed rsa
Public-Lines: 6
AAAAB3NzaC1yc2EAAAADAQABAAABAQCOSSZ+VGsI8/0/ATuZJ9RdhrQpHC+SaDXC
THiCYToH4HQncqQ6MG7mvMUioSQScMBH5c+li04fypOLRZBgayZhm+1gl93Vx7nO
bQTdYW1MHS1n9pIgF4CQ+dDJE8MuKyJRIWYbqszu9VghI7A4G/wjsEsOeHyGez1E
NKPN2hoIgzqobDQ6geucvc4NcyHstrptxHCv4rlctlCtU6G97M2IHP1sB2YitMXC
mGR+cnGyAry7Fz71dbCi5Z3Cevwo3M0+lyz+ZvarQOPYNI4j+I9Smad+Z0cQNdXH
d0ZR1IAjbD2mgbjvT0BYOBoRc19w3oiwoJsUrtUMaVApkxp9nWvJ
Private-Lines: 14
AAABAQCFxMQJ1PfkLO8UQuZzMPz5COFsHPGkpZCVISvS9/GE4kKRq7g2dL5u814r
FnBBXfuIHMjBjFxgiyV3tGjuHQ6yidP8EgsfJ2zKY7hFIYmOG4hKy4fJ4A6hPhxK
TugbCbZzrADBVizhI4w9a74KolTEgMOv0RrRnB+Xdh3iNIBxKvglyj6kP73DXW8g
nHDy2bQJqh7AZV+vtbqGfMkPUZe/PfEGoE2xD2l/bRO+mh8YKLIIR1o7FeXo9AoA
WYpE6g7X0bag+5xl+1ImfZjFo42BAQC4aZo9MteRPmSTFW0KiRsk18WNWLfQ7KII
bOeVYzqEK1rBtj7z2VPblouwcGO5AAAAgQDACqrXVniJPdndDJz+BWQYnx2JsRms
8xNLyg5QB5fFrxCPh12/V1tVTiPipaiL46hWP4eagIdcVmuzojDWE+oW3CZJBMT5
zm1rZh/kSvQYuEpM7/f5e1uqfjWObpiHXfiaALL1KujIe7EPZJWGV+h5aPHzdDxT
2hczmRdXKRavswAAAIEAvaxUPr2irvL9sQJiR05pVKuEeRzVQ3gII9uFRfY09W4L
Z/MIe02xOuDN386cFkali4gxzlg6d8UNN+mc8e15peG8ioRp6nEEEM58mwJ1Aaga
JbEeWKWTSqfBg/Y9IFWcCNYZtYtitzVh4FUaV+VBFLm1uPtCy5xE//ux3wGLWJMA
AACAAKAksHaMd6tcjnaxD2VDMWWTS+zYw8xclXBa/H/Zr3PGuNh4xSNmZD0mwCSH
iM6Of2tqRTks6jafyJJmYAc7wQNeTGzcDFStM2x5k3gsLYxfHWI0lZaJ37Z7gfGI
jLf78SdS3IlkaUBXfSMZYK0HBoxxg/dtRN5zYgnhtLb/UTo=
Private-MAC: 477c17d3b3f4a1d5cadc1157f79f0d5fc77e3afd`,
  },
  {
    label: 'version 2, RSA, with a passphrase',
    passphrase: 'open sesame',
    publicLine:
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCOSSZ+VGsI8/0/ATuZJ9RdhrQpHC+SaDXCTHiCYToH4HQncqQ6MG7mvMUioSQScMBH5c+li04fypOLRZBgayZhm+1gl93Vx7nObQTdYW1MHS1n9pIgF4CQ+dDJE8MuKyJRIWYbqszu9VghI7A4G/wjsEsOeHyGez1ENKPN2hoIgzqobDQ6geucvc4NcyHstrptxHCv4rlctlCtU6G97M2IHP1sB2YitMXCmGR+cnGyAry7Fz71dbCi5Z3Cevwo3M0+lyz+ZvarQOPYNI4j+I9Smad+Z0cQNdXHd0ZR1IAjbD2mgbjvT0BYOBoRc19w3oiwoJsUrtUMaVApkxp9nWvJ',
    text: `PuTTY-User-Key-File-2: ssh-rsa
Encryption: aes256-cbc
Comment: fixed rsa
Public-Lines: 6
AAAAB3NzaC1yc2EAAAADAQABAAABAQCOSSZ+VGsI8/0/ATuZJ9RdhrQpHC+SaDXC
THiCYToH4HQncqQ6MG7mvMUioSQScMBH5c+li04fypOLRZBgayZhm+1gl93Vx7nO
bQTdYW1MHS1n9pIgF4CQ+dDJE8MuKyJRIWYbqszu9VghI7A4G/wjsEsOeHyGez1E
NKPN2hoIgzqobDQ6geucvc4NcyHstrptxHCv4rlctlCtU6G97M2IHP1sB2YitMXC
mGR+cnGyAry7Fz71dbCi5Z3Cevwo3M0+lyz+ZvarQOPYNI4j+I9Smad+Z0cQNdXH
d0ZR1IAjbD2mgbjvT0BYOBoRc19w3oiwoJsUrtUMaVApkxp9nWvJ
Private-Lines: 14
7EuW3FcdSMJ88rEr+uhjgfS/yXfPDVFQON+WU6iW2tv5b49MYJ/ik88PTcnyis9S
qr8NUofCN0Yfe1gZbCiKgOqZHDZKqFpLJ1bFFy8b0QumbhXk5SGE6lAp+N2W6fAC
AtPzt7wZBJbicAKtiqnmpJYCbmrn6TGWYwU1HZLtqUIdmluAFUNTuYiYigBNdKIL
ztwSKuiRLZjuNr2aKQ74wHQzLO3iGeiOcGuyWxdUqe6vLox6dPTFafaHNKkywI6z
t4274G/7B1hMgbME72z4fNMySTkHJV+xmpmFUHRaPci6JyBHCTlAgXoRa5U4U6j7
2EEmJ/VnpX9EPDpu5DZpS/YbsKfQnoTKfT065U2MLxP3E1jfYtETaJDkPeXVFIyt
m+kN5ZZV705Wz+vETUPs9D/zXcZTEY2F0vxOrQuBsZ3kJpxiKwy74PtvW7KswMae
Q41HSfSQl73UVWTKZWvrt3QUxGQaqUttzmniNa81dMW/lE0glGJz4jWZVFWpe0JF
KGjcz6EgcVlQb47301DkeXu6sTZUcKt2TQm6evFj1J/5x0xGhbwW7o6L6BuNsSsu
o2k9tmsC3uIxRE/+mvIB61pkfhda0qSmaVP7b/5draoa2qSO7TSAJFBGznMIo4VH
+8RPQXME4aYnztZgIxBwf2MUqG3sBqoQLwk1/xSMzIHgEthe+Ki1pp9CNnnfdMbU
ycXdmd24Y4Lcw1SFhBf3QzEhacfrBUaZDN1tUfHgaJDdrTiKFk+ZGGvRI21TWd3L
IuaAmAFoF6l9J6tDpSpHt/sBZKwpoCUIPNpRXxlrXDVJhPDc7jzJB8uhpUYOOCOi
fE+RShJjSpXqvMx1gfbS4ImcDdpJnOxerdOrOMB/AvVbxm7pBKCDmwypKgakBco6
Private-MAC: 1790a09c5d351f0bee57cc7d89f31081d2408012`,
  },
  {
    label: 'version 2, ECDSA',
    passphrase: '',
    publicLine:
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5UpcgA50rT3fuG7PhxjxG+/ER5oXva1sTMo8rgIjbGL5lpVPWEM0fs9+5DJnVKNWSOpAqdDz5onvVaCYNaRoA=',
    text: `PuTTY-User-Key-File-2: ecdsa-sha2-nistp256
Encryption: none
Comment: fixed ecdsa
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5UpcgA50rT
3fuG7PhxjxG+/ER5oXva1sTMo8rgIjbGL5lpVPWEM0fs9+5DJnVKNWSOpAqdDz5o
nvVaCYNaRoA=
Private-Lines: 1
AAAAIQCkHr7fiuA8Z/5bCmqWRIA4W7NDQzZDwx6JIe5TlpzhAA==
Private-MAC: e63600146b9d7a85b58db11921decc367b8768c7`,
  },
  {
    label: 'version 2, Ed25519, with a passphrase',
    passphrase: 'open sesame',
    publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHLdZOlYpE8AECeEJ+6WHSVseUsnONoaypJBDyQyuMsb',
    text: `PuTTY-User-Key-File-2: ssh-ed25519
Encryption: aes256-cbc
Comment: fixed ed25519
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIHLdZOlYpE8AECeEJ+6WHSVseUsnONoaypJBDyQy
uMsb
Private-Lines: 1
m/ezeAp/DDrEndYW/t7giIKqY1Gr04aao0x/gbT1IqJXmWDFur1VsTBteDz/fVhd
Private-MAC: c82aa055ecfe0e230ece4dd2e69e340b4d39d48b`,
  },
  {
    label: 'version 3, ECDSA',
    passphrase: '',
    publicLine:
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAbDos5ozJCvl78FufrbHdFD1dTeqrsxhNy2YieSZOSVGwYp5xofw9TYQbvbu/aB72JIlDJ26zQBHCiVKZbHmmo=',
    text: `PuTTY-User-Key-File-3: ecdsa-sha2-nistp256
Encryption: none
Comment: fixed ecdsa
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAbDos5ozJCv
l78FufrbHdFD1dTeqrsxhNy2YieSZOSVGwYp5xofw9TYQbvbu/aB72JIlDJ26zQB
HCiVKZbHmmo=
Private-Lines: 1
AAAAIBUjzZ6866sqP/8vKQHlVhTDrEERaseYneRK0EAFGLqo
Private-MAC: ae0f36e544c217b600bc620600a3e78b9a423ae051f55ea32ffe794d7521a7ff`,
  },
  {
    label: 'version 3, Ed25519',
    passphrase: '',
    publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJs2o5NDznnlcR30zOTwRqgL7CovbWzOS2rLKYsa+pEf',
    text: `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: none
Comment: fixed ed25519
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIJs2o5NDznnlcR30zOTwRqgL7CovbWzOS2rLKYsa
+pEf
Private-Lines: 1
AAAAILNncC+JpSCn+OpSlnGJrbAY/nkWsJPlntSR9kxgWekR
Private-MAC: d51a078aa214d3f3076e94b858e75c4fb1e98dde0f2680ba36ee06d1acc67d5f`,
  },
  {
    label: 'version 3, RSA',
    passphrase: '',
    publicLine:
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCHVec2N9MqmXQIz/rw8pftqak31eVdyzoBLLcCKarkXtdBEpgV//MVNsCZNRFnuz3eAmuZzCoJFOq8QIpaTZwP58oxHlSi5lZxIUe8TIfF+HhtYEiGCVMVz51NNhE/JwV9GruhaQoYgx0AyLVcjDk1RGGUcXUvk7oaL1n1HdtzxQct2ngqRraYJY0GjBWWVYlgUGEJ6l8cAONbePl5auQ3UMdRXbfBo2ENCnh4Vtr5h9fFqCCd12cXNMSakPyMVEmPOzoc8Y+RrJDosMHFfYC6RW/P8nV5smMybV6xUEy3TOWisomS2NQJ+dvfa4CPL0bt+dxivJoarZlIZlaHCIeZ',
    text: `PuTTY-User-Key-File-3: ssh-rsa
Encryption: none
Comment: fixed rsa
Public-Lines: 6
AAAAB3NzaC1yc2EAAAADAQABAAABAQCHVec2N9MqmXQIz/rw8pftqak31eVdyzoB
LLcCKarkXtdBEpgV//MVNsCZNRFnuz3eAmuZzCoJFOq8QIpaTZwP58oxHlSi5lZx
IUe8TIfF+HhtYEiGCVMVz51NNhE/JwV9GruhaQoYgx0AyLVcjDk1RGGUcXUvk7oa
L1n1HdtzxQct2ngqRraYJY0GjBWWVYlgUGEJ6l8cAONbePl5auQ3UMdRXbfBo2EN
Cnh4Vtr5h9fFqCCd12cXNMSakPyMVEmPOzoc8Y+RrJDosMHFfYC6RW/P8nV5smMy
bV6xUEy3TOWisomS2NQJ+dvfa4CPL0bt+dxivJoarZlIZlaHCIeZ
Private-Lines: 14
AAABAEWIDhWeEuEVHDeW23/Fs+cIPweP3psU2cVWuuPikolobMFjEz5iVPq2Obe9
OycHXV7d8XiAG6y00XFM24hPzXmihhA8XBGhtBHFnnyQ+UTuRrkzOa+bxNM06sWL
nMrMepZvEK16MRSs8E7Bz+QvqwjCDDxfGm0KQhhH8bjs0R4l/UqHLD+j7QRfqUEf
Qv8tJtKcjACYQLOGr9gtAH36R9K7v29+s5Sbh8/WmdnaCP74KLfigDxSf0WSYlq5
UAK1iMQThvfJ5rY/GbktRsvBMvDFJDfgetf8AGJ/SHfpJP+c278yNH5bsaaV4luU
J2/kA1VQnDl8F0qp6/vzn7xblbEAAACBAOkn32K4/nQVQOyNuWLDrTaSlKJAR6Eu
46u6kCOfLO9ZdOdW+3pBtp5PjmbEV38x3k6cPMUE35T+4G311JadzxpBPnwVM0Ei
8PzFr3JPWpO4nPGxV6LHJ/EBuqO+hjalUfyKh/ZHoga0afR6T+HvIl+JTMt7V0vV
NGCjUBb+p+iNAAAAgQCUmHTRGckrxLzCd290tfZ1lNw6Z0gW3CgSUGzunZZP8VF0
KIhmJoc0WUYyYJYHKKEm7lHZUG4WkSS4tqqSOf2sWKMG21fMlnO+9GI16kt5jjDp
vVeVmpuYd6q7cO0B5M3l7G09nIyh0AjUahV901oWcCJYdG+ti9RzvmpY3bIWPQAA
AIB/D7YWx/KDNhcvcd3Zc6SjMHEkHQzR4wPET9ynqCfRS0WY1NlwXbjRTiFmKe7/
sAjHUnSDtAf1CajvBYMkvUXQUwOhhmd5i3/eeRFQBEmQAcc2CWEljroD82PFzdd6
Y1HaeNN+BDPB3KkA9yH+Mjugs7pRgHFCWPgE4KjBqa8Mhg==
Private-MAC: aaa2c0031631f915d60dd797afe972e5afd9dd7a2a8f281afb4fb0f5a5aa2eb7`,
  },
  {
    label: 'version 3 with Argon2id, Ed25519',
    passphrase: 'open sesame',
    publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEQb3wiHBl8oPnwyY4Yjx4156ezaAu0xcZm2dmCgRMk0',
    text: `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: fixed
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIEQb3wiHBl8oPnwyY4Yjx4156ezaAu0xcZm2dmCg
RMk0
Key-Derivation: Argon2id
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: 375ae08f4c895c7e80cd903dbae23382
Private-Lines: 1
u/qF5V489Z4cgy+/SS0ZZA1SB3VSOgJNdknGgsIzs7j6qj5ZR+fMbdmDHiGE0LXZ
Private-MAC: 6c4051fe6e4cd84e46eed65fa7ed391c05fe03aea47830421c542616131feea2`,
  },
  {
    label: 'version 3 with Argon2i, ECDSA',
    passphrase: 'open sesame',
    publicLine:
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFtqhYA+tcFC6Nzg6oCjAgJMIOUthtNRhTcO/cSAO8d223nu/SYIadF0g72Kw3JHK67FtErpDN88950VWpY6p+U=',
    text: `PuTTY-User-Key-File-3: ecdsa-sha2-nistp256
Encryption: aes256-cbc
Comment: fixed
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFtqhYA+tcFC
6Nzg6oCjAgJMIOUthtNRhTcO/cSAO8d223nu/SYIadF0g72Kw3JHK67FtErpDN88
950VWpY6p+U=
Key-Derivation: Argon2i
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: 9bf10436128f7e7024ab382e6babad32
Private-Lines: 1
BLrgxgrqkYFVRp5HTwMNQ/cBJccykPGkUzZf0fvmHBjzlQ4iMn5I0MxzjdgYDGKr
Private-MAC: 8903c772a08a4ddfd96423a7551a5c17a421b50a4adfb09a51851bbf4d21eb09`,
  },
  {
    label: 'version 3 with Argon2d and two lanes, ECDSA',
    passphrase: 'open sesame',
    publicLine:
      'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBkuZ+8x8fSSLZqjUhph98C0/jUz6fD6zypEi7tlIq25KRlP4pLsRDeKbCfqeNhQ2IL4mB3q5Bfy6XdG3HSkJHwFgzxYxQC9E45hAGAmWus46HHGyZqhZCv6PspcA7tm9g==',
    text: `PuTTY-User-Key-File-3: ecdsa-sha2-nistp384
Encryption: aes256-cbc
Comment: fixed
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBkuZ+8x8fSS
LZqjUhph98C0/jUz6fD6zypEi7tlIq25KRlP4pLsRDeKbCfqeNhQ2IL4mB3q5Bfy
6XdG3HSkJHwFgzxYxQC9E45hAGAmWus46HHGyZqhZCv6PspcA7tm9g==
Key-Derivation: Argon2d
Argon2-Memory: 16
Argon2-Passes: 2
Argon2-Parallelism: 2
Argon2-Salt: a256b362edaafc8042d71781b56f66db
Private-Lines: 2
lif/PpS7uWn0PYi5RKnkhwa6MiY+7GcUJfb4G+VbnKQlG/xIJ2OEK4p5ncSkCVQx
ALWB8jwghKqUBBzleiUBcA==
Private-MAC: c0e2b68897c503d5527e8a20ebd0fcfe226322276082f557de076235693df7db`,
  },
  {
    label: 'version 3 with a comment in Latin-1',
    passphrase: 'open sesame',
    publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICahrE9A+mi004Pjfxkez1UTaH6G+qWpsXyfJoS6yFp3',
    text: `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: café
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAICahrE9A+mi004Pjfxkez1UTaH6G+qWpsXyfJoS6
yFp3
Key-Derivation: Argon2id
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: 9b6efce18ef4fb7cb41cb0dd5aa8c83e
Private-Lines: 1
i1Odw5wPU8XhoqrrFWOZjCYVEiVPoEfU/CVyJPZoJtWxfILRkK59i24fZCEiwWt6
Private-MAC: 588c2ff5bead591107a27cdc9b74938421f0203333c810a2e38dd42918f87f65`,
  },
  {
    label: 'version 2 with a comment in Latin-1',
    passphrase: 'open sesame',
    publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfd9A0dGaxBxrcmVeJ+o+ExPJ3CybH087rkuaJFXuhA',
    text: `PuTTY-User-Key-File-2: ssh-ed25519
Encryption: aes256-cbc
Comment: café
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIJfd9A0dGaxBxrcmVeJ+o+ExPJ3CybH087rkuaJF
XuhA
Private-Lines: 1
hoVwTiSzLlQwOHZj7CA0eZovg1dET8rQoLKl56l676jjrmQcnBTzEJnA7EG+tWhJ
Private-MAC: b60dad607f8b70d55141aa88fcebf6a6cde7c1e0`,
  },
  {
    label: 'version 3 with a passphrase in Latin-1',
    passphrase: 'päss',
    publicLine: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGuhlyrEZ80EASo1qIFsjL6fBZziaBs6BWZhUHNHinWh',
    text: `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: fixed
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIGuhlyrEZ80EASo1qIFsjL6fBZziaBs6BWZhUHNH
inWh
Key-Derivation: Argon2id
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: bdab0fc0ae171d130f38edc1414be2dc
Private-Lines: 1
G3trT6MCAIj4qmGz2PouXLC79HwmBxMnoC6u4WDnoY/Ac5jD+6bbWHNfpJ0ZmEdo
Private-MAC: aaf52b6a863916be13ab1b1f04e513f98d12e17cf957606dcc593c072a1b26b8`,
  },
];

/** Of a type that isn't supported. */
export const ed448PuttyKey = `PuTTY-User-Key-File-3: ssh-ed448
Encryption: aes256-cbc
Comment: fixed
Public-Lines: 2
AAAACXNzaC1lZDQ0OAAAADlV9/5d6No5ecFIaqMK17dozDBQ/Y9YPlmZ7W+wm+ha
6atgT6hxjwlig8y4ZV3AOHfX0TUjH0iLcAA=
Key-Derivation: Argon2id
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: ab9192081cb7a02b5db3ea9a172cb5ab
Private-Lines: 2
woYlEYq+/lEHNl+d+O+AVKREFDe4ENsx26D8BxjVScJYqrhftWkUoc1NGuP5jOHQ
sRrRRCOxCVQHYYeDzINU8w==
Private-MAC: fa4e10a368308fa69099cbb810d5798b246ecb6499d8e2cdcf983f27830156ef`;

export const certifiedPuttyKey: PuttyFixture = {
  label: 'version 3 of a certified key',
  passphrase: 'open sesame',
  publicLine:
    'ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIL5+3rJakCLlDHYT0vrNeHgx8XoEKr7Y7HMZcwBZ06aXAAAAIGlTFbGcmCrbu3A9VowbUypzOW6BrK8Z9c/1g+eImYlUAAAAAAAAAAAAAAABAAAAAXgAAAAIAAAABHJvb3QAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAg+yu1smzpYq4SrpNbPt/kznZ2xNmYuESO1SpbFKl47KMAAABTAAAAC3NzaC1lZDI1NTE5AAAAQGs9z5aB50fI3/mnVeLILRbb2SrQ/kvL5YsIIelrsKsNj8L5PY2FRmA2D+7HlBL/oS0iCjDsA7Q/iJpCW84PuQM=',
  text: `PuTTY-User-Key-File-3: ssh-ed25519-cert-v01@openssh.com
Encryption: aes256-cbc
Comment: fixed
Public-Lines: 10
AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIL5+3rJakCLl
DHYT0vrNeHgx8XoEKr7Y7HMZcwBZ06aXAAAAIGlTFbGcmCrbu3A9VowbUypzOW6B
rK8Z9c/1g+eImYlUAAAAAAAAAAAAAAABAAAAAXgAAAAIAAAABHJvb3QAAAAAAAAA
AP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAA
ABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9y
d2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMA
AAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAg+yu1smzpYq4SrpNbPt/kznZ2
xNmYuESO1SpbFKl47KMAAABTAAAAC3NzaC1lZDI1NTE5AAAAQGs9z5aB50fI3/mn
VeLILRbb2SrQ/kvL5YsIIelrsKsNj8L5PY2FRmA2D+7HlBL/oS0iCjDsA7Q/iJpC
W84PuQM=
Key-Derivation: Argon2id
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: 928b6a8340fc38f5b0518c652a7c8d80
Private-Lines: 1
cTV91CmDRvxF+D+ZtKl5MKkwUV+8NlmCXI+9HGllwvWfRrMtGkXNPrQGT6RvznQN
Private-MAC: ce75c3c4a450382a220f6ef55ad51fd8bd2e50b1ae4db3de146a5424c34178da`,
};
