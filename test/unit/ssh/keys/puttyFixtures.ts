// PuTTY keys made once by puttygen 0.78, for the tests alone: CI has no puttygen.
export interface PuttyFixture {
  readonly label: string;
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
];

/** Its passphrase is `open sesame`, by Argon2id. */
export const argon2PuttyKey = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: fixed ed25519
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIJs2o5NDznnlcR30zOTwRqgL7CovbWzOS2rLKYsa
+pEf
Key-Derivation: Argon2id
Argon2-Memory: 8
Argon2-Passes: 2
Argon2-Parallelism: 1
Argon2-Salt: 0be2f128722ac984be8b17661496c6ba
Private-Lines: 1
6BcjTYQ0bHQi99G9qiRNTjOMFvaVXPTorzgji3aHE0BdhzW/SL18HCy3aJ9qLSeB
Private-MAC: 2c7ce32d1a0adb038583c5325fd584346cfbb754084c1fab98964bb03658612d`;
