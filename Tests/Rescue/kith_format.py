"""The bytes of Kith's files, and what they mean: from Protocol.md alone, whose sections are named in the comments. kith-rescue.py uses it.

Needs Python 3.9, its package `cryptography` (Debian: python3-cryptography) and libzstd.so.1, called by ctypes with room for no more than a manifest
declares: Python's own library has no zstd before 3.14.
"""
import base64, ctypes, hashlib, hmac, re, struct, sys, unicodedata, zlib
try:
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    sys.exit("kith-rescue: Python's package 'cryptography' is missing: apt-get install python3-cryptography")
MIB = 1 << 20
SENTENCES = {  # Errors: the code, in English and Dutch
    "not-kith": ("not a file of Kith", "geen bestand van Kith"),
    "newer-format": ("made by a newer version than this reader knows", "gemaakt door een nieuwere versie dan deze lezer kent"),
    "truncated": ("its bytes end too early: copy it again", "de bytes houden te vroeg op: kopieer het opnieuw"),
    "damaged": ("changed or broken on the way: copy it again", "onderweg veranderd of beschadigd: kopieer het opnieuw"),
    "malformed": ("contradicts itself or the protocol: its maker has a fault", "in strijd met zichzelf of het protocol: de maker heeft een fout"),
    "too-large": ("beyond a limit", "voorbij een grens"),
    "trailing": ("has bytes behind its end", "heeft bytes achter het einde"),
    "other-space": ("of another community than the files before it", "van een andere gemeenschap dan de bestanden ervoor"),
    "unknown-receipt": ("builds on changes that are in no file given: give the earlier bundles too", "bouwt voort op wijzigingen die in geen gegeven "
                        "bestand staan: geef ook de eerdere bundels"),
    "unexpected": ("its pieces stand in a wrong order", "de onderdelen staan in een verkeerde volgorde"),
    "no-key": ("no key given opens it: give the key of a device that is in it, with that device's replica or an older bundle, or the words",
               "geen gegeven sleutel opent het: geef de sleutel van een apparaat dat erin staat, met de replica daarvan of een oudere bundel, of de woorden"),
    "unknown-packer": ("packed by a device that was never admitted", "ingepakt door een apparaat dat nooit is toegelaten"),
    "bad-signature": ("a signature does not fit: changed or forged", "een handtekening klopt niet: veranderd of vervalst"),
    "not-permitted": ("packed by a device that was removed or may not write; --removed reads it all the same",
                      "ingepakt door een apparaat dat verwijderd is of niet mag schrijven; --removed leest het toch"),
    "words": ("these are not the 24 words of a recovery paper", "dit zijn niet de 24 woorden van een herstelpapier"),
    "passphrase": ("its passphrase is another", "de wachtzin is een andere"), "locked": ("it is locked: its passphrase is needed", "het is op slot: "
                   "de wachtzin is nodig"), "exists": ("is there already, and is never written over", "bestaat al, en wordt nooit overschreven"),
    "aside": ("changes that wait for others, were set aside, or that a rule of the file refused; they are not read", "wijzigingen die op andere wachten, "
              "opzij zijn gezet, of die een regel van het bestand weigerde; ze zijn niet gelezen"),
    "contents": ("what was read is not what its packer says it held", "wat gelezen is, is niet wat de inpakker zegt te hebben"),
    "anchor": ("changes of a row whose name is in no file given, or that is erased", "wijzigingen van een rij waarvan de naam in geen gegeven bestand staat, "
               "of die gewist is"),
    "dot": ("changes that claim the place of others", "wijzigingen die de plaats van andere innemen"),
    "system": ("the system says", "het systeem zegt"),
}

class Refused(Exception):
    """Bytes that cannot be taken: a code of Errors, and what exactly where that is known."""
    def __init__(self, code, detail=""): super().__init__(code); self.code, self.detail = code, detail
def check(holds, code="malformed", detail=""):
    if not holds: raise Refused(code, detail)

# Notation
def sha(data): return hashlib.sha256(data).digest()
def name(data): return sha(data)[:16]
def mac(key, data): return hmac.new(key, data, hashlib.sha256).digest()

class Reader:
    """Bytes, read from the first to the last."""
    def __init__(self, data): self.data, self.at = bytes(data), 0
    def left(self): return len(self.data) - self.at
    def take(self, count):
        check(count <= self.left(), "truncated"); self.at += count; return self.data[self.at - count:self.at]
    def rest(self): return self.take(self.left())
    def byte(self): return self.take(1)[0]
    def number(self, limit=None, code="too-large"):
        value = shift = 0
        while True:
            byte = self.byte(); value |= (byte & 127) << shift; shift += 7
            if byte < 128: break
            check(shift < 70)
        check(value < 1 << 64 and (byte or shift == 7)); check(limit is None or value <= limit, code)
        return value
    def signed(self): n = self.number(); return n >> 1 ^ -(n & 1)
    def sequence(self): return self.number((1 << 32) - 1)
    def time(self): value = self.signed(); check(abs(value) <= 1 << 53); return value
    def count(self, limit, least=1):
        n = self.number(limit); check(n * least <= self.left(), "truncated"); return n
    def list(self, limit, least, read): return [read() for _ in range(self.count(limit, least))]
    def counted(self, limit, least=0):
        data = self.take(self.number(limit)); check(len(data) >= least); return data
    def text(self, named=False, empty=True):
        data = self.counted(256)
        try: text = data.decode()
        except UnicodeDecodeError: raise Refused("malformed") from None
        check((empty or text) and not (named and any(byte < 32 for byte in data))); return text
    def nonce(self): return self.take(16)
    def hash(self): return self.take(32)
    def end(self, result=None): check(not self.left(), "trailing"); return result
def ascending(items, fewest=0):
    check(len(items) >= fewest and all(a < b for a, b in zip(items, items[1:]))); return items
SMALL = [bytes([n]) for n in range(128)]
def encode_number(n):
    if n < 128: return SMALL[n]
    out = bytearray()
    while n > 127: out.append(n & 127 | 128); n >>= 7
    return bytes(out) + bytes([n])
def encode_signed(n): return encode_number(n << 1 if n >= 0 else (-n << 1) - 1)
def encode_counted(data): return encode_number(len(data)) + data

# Text is bytes, kept as they are whatever they are.
def text_bytes(text): return text.encode("utf-8", "surrogateescape")
def text_of(data): return data.decode("utf-8", "surrogateescape")
USUAL = re.compile(r"[0-9a-f]{32}\Z")
def read_key(data, parts):
    """Record key: its texts."""
    check(len(data) <= 4096, "too-large"); r, key = Reader(data), []
    while r.left():
        n = r.number(); key.append(text_of(r.take(n - 1)) if n else r.take(16).hex())
        check(not (n and USUAL.match(key[-1])))
    check(key and parts in (None, len(key))); return tuple(key)
def encode_key(key):
    return b"".join(b"\0" + bytes.fromhex(part) if USUAL.match(part) else encode_number(len(text_bytes(part)) + 1) + text_bytes(part) for part in key)
def encode_value(value):
    """Values, alone. Null, integer, real, text and blob are None, int, float, str and bytes."""
    if value is None: return b"\0"
    if isinstance(value, int): return b"\1" + encode_signed(value)
    if isinstance(value, float): return b"\2" + struct.pack("<d", value)
    return b"\3" + encode_counted(text_bytes(value)) if isinstance(value, str) else b"\4" + encode_counted(value)

# Identity and keys
def expand(key, info, length):
    out = block = b""
    while len(out) < length: block = mac(key, block + info + bytes([len(out) // 32 + 1])); out += block
    return out[:length]
def hkdf(key, salt, info, length): return expand(mac(salt or bytes(32), key), info, length)
def raw(key): return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
def identity_of(secret): return raw(Ed25519PrivateKey.from_private_bytes(secret[:32])) + raw(X25519PrivateKey.from_private_bytes(secret[32:]))
def device_of(identity): return name(b"kith device 1\0" + identity)
def epoch_of(key): return mac(key, b"kith epoch 1")[:16]
def verify(key, purpose, message, signature):
    try: Ed25519PublicKey.from_public_bytes(key[:32]).verify(signature, purpose + b"\0" + message)
    except (InvalidSignature, ValueError): raise Refused("bad-signature") from None
def decrypt(key, nonce, data, associated=None):
    try: return ChaCha20Poly1305(key).decrypt(nonce, data, associated)
    except (InvalidTag, ValueError): return None
def open_box(secret, box, info):
    """HPKE (RFC 9180) in base mode; None when the box is not for this secret."""
    def extract(suite, salt, label, key): return mac(salt or bytes(32), b"HPKE-v1" + suite + label + key)
    def widen(suite, key, label, info, length): return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)
    kem, suite, private = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\3", X25519PrivateKey.from_private_bytes(secret[32:])
    try: shared = private.exchange(X25519PublicKey.from_public_bytes(box[:32]))
    except ValueError: return None
    shared = widen(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", box[:32] + raw(private), 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    shared = extract(suite, shared, b"secret", b"")
    return decrypt(widen(suite, shared, b"key", context, 32), widen(suite, shared, b"base_nonce", context, 12), box[32:])
def open_field(key, sealed, context):
    return decrypt(hkdf(key, sealed[:16], b"kith field 1 " + context, 32), bytes(12), sealed[16:]) if len(sealed) >= 32 else None
def spoken(device):
    """A device's id as people see it, with its check characters."""
    digits = int.from_bytes(device, "big") << 2
    values, out = [digits >> 5 * (25 - i) & 31 for i in range(26)], []
    for block in (values[:13], values[13:]):
        products = [value * (2 - i % 2) for i, value in enumerate(reversed(block))]
        out += block + [-sum(p // 32 + p % 32 for p in products) % 32]
    text = "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value] for value in out)
    return "-".join(text[i:i + 7] for i in range(0, 28, 7))

# BIP-39's English list (Copyright 2013-2016 Pavol Rusnak, MIT licence): of each word the first four letters, which suffice, packed.
WORDS = zlib.decompress(base64.b85decode(
    "c-k%53zD>~5=GGwIVe<Ax>WpmlwIHG@3Q(v#||h!<e7QW4r4gOnD#L4F^sw69mXnOGa8ij8m1{CA)|+BlTUM)JTv`=qPz`I-ky9x4|BM}JP$}HVg6Be$oD<W?|>AdXO|^FT0&Su3Tqs2hPA}"
    "7#Sqdlgj61`km?@xP{Ka;up7@F<x>p%KHy1}9mr?cuPyBQ*v)5e(mRABH2e#P`os7S^V2e%(}onzHNx+;gfkuCe94~~J)F6Pv)<v<*J-ZjFFu1=mT=`gTvx=C`dv~e`YclmhJZ7awTEIZ<%r"
    "1mgklWEyo*NVdB%DaYgxRbct>e>sIMVZeb*ZBqzOILwuQFsp=Gmb0TBr$bnorfy?bXr<+bhhrrVddHGAg?Dcs?Of={?(4foQ+{kp?%s$&>Gqs>Mh!@Q1R9Y#xq3Hun1@q2_U&KQci5}{owW2"
    "o{q;WZl2=mg<JALA5|#~7C}F48rPaZ|QQ_XlOWXHL(Yag0^I6+G!Z#!nv8^cmAUjOi7}bk1YS`<RNfv@vP7d!JK=11IYDnD0@V{LUHjxsQ8~D5#^=M;r6}8FSjlY>wF&^4Z6nU(m*Ta!Js(`"
    "t5zWpJV<V#{3yZrymI?D&C{*MI1{~mu5Wq71~(ql9lVfWWSBA<c51J#?;4g?DLFu?8`EC<LbMz{RMgR@29+Rb?e`YXX=22&)AKxf8yBx{j>5T686a@om{jjys-PdA5%Ewk829&fPe`zPB=8@"
    "8=uLchkh=76m5%si*{v&=SzXQs=vBH+xq<OQ)t>Z&o_NH^-X#AT(6LS$0??Lio4W!;#twASmgD&g@hf)_ttJ9<NDsVEmUaZz-@6t!~%6uT~d~m>3>U}&-%)qw*gyM*Y(%SlvXCroKs=>TEb^"
    "a?=<b<;X=WU&*WUe@A#f}{j*0{aNvaYS$SSj(a_=fK0-Tl-_1RLt!$n0^EbOC%Q88KIHzonvX1iJC+8CC5A{dFfosb4E8DMpDnD0v&iZBRm+hT14E<c%UY{vDtl7HeqMbd<_Q-i=+Vx{Ca@W"
    "p!WaG>BC4chd5zJU{;6z2kjenE#4sEP|iOQ@?u^!Gkw96Ody~sJAiuaYSZBNk7yPf^1d<N9%u^N4EQ@;j`Q`ccP-tIi~@}9ag){VV8Pj+Mu^Dr~?xMst{ItLfeS)84<Io#(QKEuo_%q$g()s"
    "{{X3H!79P#&=;Uz9JOIj(*)E^O5ty(1pd^PxdKw-+z%FVA1fu0BWacKo2cKKU0esBhXg<?jb|@62+q*m0oD$+%LiXmeVYIjsrjoOb1>^z@7cXaD9@119)wzNzY?s`tL+eaU;AWhndiZ_ZOgp"
    "YuA*&KRzlOPRSyypZS2=w<yem$P%gn=e>#pyHnGIpmYNwBy8u_iVps`#RgtxlgaTALHE5INQhBzRiw4J~Ll5f6fruCAeAT;f!C0SULLoq#qYJ+a3mjah|oElLhQkq$A?G4l%7;Ol^xSc(jvW"
    "Q?kbu2QIvAUyFN<@fZU#idy6rk4wu-+0}S%ZYVH8^MD<hTROn2d*8VRq<C)9AHNxZGxvBh@@Mh8%C`u=n`hoJUN(nxLgI}FR8q(>vB)$)Ed6p^Lge!i9h2aQl-L-r?-8-_@BG3Ze~s;z;r^W"
    ">HY6yYdi*u-U(fv-+plMTJ;%4B#b5LMy_8>`yVRNUuQ~r-+8gh$v3}x!apAoduR&j&)+MA9ZQ(ai7q3S`Uic17P+yM4om<#^1Uz}|y64_`p;#7o?|Zvq957>F+^dEEUrc<7P5M@U4-0j$q^T"
    "`Qo3!@DbZ|h~88AcHxgss@1k{(hxD(ixWGtzjOZpv_J*+rT(ePe&!emd%)3uP3n2>QVdr#2zGf=F@;@&Lo&B8`6d7mN8(%hC@CQvwK#S2fF_T^sa2Ke2bAmebCa4aSMhq^dAIG2)@=O<O>{U"
    "!ff*vO@uf49#4JeOV`J_~KP(rF~L6KP`hX0<PCxQ3O)!-yHm%dv*4yk09GjBRBX*YM9JIUf=V8v1G<)-BidQOId&Yg*UUYu2RSq(3%=YM#H!nQug0nMWKeIfo48`Hg#}xmG%B&GWokx7C`Vu"
    "5{I!jmi3~?97_)M~RP^kRDZz3l;AtL;#EIUDgb3<;u}<ul&fPy4N1-+O?sb&{k`=evX0aOyoo%Cl+$zKqV<=azgM>M#vXs<xN&-|E5&$*CvD@F=p&2cyA2R_BA}avi-od#d9D%@|Na#Q$=>{"
    "TRPq1YuKF4jXmD-IBt1*ZPo!13H!#sZ_FEcqWqGU69v^)T<~mD-jx|wABW9OZT$!sk;$1ED;ilN?|D9RBP+MhqekOEJUq@T{5i4R3{IzcA3%lePZYGKg9ti~h@K8%7~2RQ{pys-_EkCOSEW2"
    "wKO({JxqmIi={7m(iH(GM{hdG3AN7Z_Q{H>er$0vVtjemgs-Jp6`=+cZYude~Z*_tg_u~l*xwt)vi&(aUYb!rtdi{j8|InvD;orX>dj)UZrFZ<v<M5-WA7=E&8vfAkKQy)xO+Wp(eykf3UO#"
    "-)%h7wW;<#RH(kp(3SDIcgaR|<r$zpvO#EXr=goyS^cY2*MzL=yJ8I4;cHGq;B1&{NL&rXXoN7vsqy4v4W;-=Wl-TlPLM7iC!XK(r2%s=Y?eK<<H$6Wn6%{Q0VSVyb_!k_!IQXJg==g2tN)9"
    "=jiS7~d1Zqf69k(iX*Ov^)K61QEv<w^^oj$}h$d&<1sf8D~X_k4Pu|0n!57E!aSUztz8rx*E~gyo{U^Dze(8QjQV?aayf-Sa0<wy&KTB8i1#0&_BO@4tQjIBFC<RWf{!V_2V4Gh=^F&k=qom"
    "KU#a9D;Ujg!k?-R#dnZm$qfZ1m#bk<%M#HQ=wgLf@$>*5u1qe1lNav_+T4F?lVqQGzxq>B9%#i5EgFiuIv~gf69BW&;Tp6@vc}s<6U$gHtKQ4X+>YykM#T*yGsJ<ULWi%%E5J`q8<Df{Qhl+"
    "i1;8MAU%fX?T2fD7b>*L=Rxm7U6HT<kvbc+Yx%Gb(DtqVosMp9;?1KwF|_wVjziw~#g<Uk`tecrk^i*q4C!s<$))RcTG!Khp3W}%`4w{0a}8!5CSZ5#+ZnHolzN|h%o*E&`;1-w%@f`ABt%Z"
    "<kVo21Q9CP9zpKJ7p1B-oC)xD<Ji{JBJMT0P*K9aNT2^p8#l>fDLk_PYe?KDpMBODvbb@>fd3-04TF+AyR5owOMF=(^BITt;#&O86@L{e87KZ}+Snkw>UeWO$EPH-#1wPF73F_ByuFI)!$rc"
    "#$C?#S=5|Cd5*B8I;uY65=F^!lzX)dP0g_>Rc@3h|fyw3qK|9;kN{qw(kiptyb(e0w2ukQylRzzHXxeHKsCTMfT?`Nw}p7aH6i}G48=N}uiZOWVSuKca-=eUG+I8mOjQp9vJ&Ea}>oo2h(6T"
    "PD>(7tHX2D3WRuFZS552LP+G(9xxbGp(xfHdBBJWKYvtm372a#<VW60b0h(_<h}(ePow-0nDE3<y@7U-h1&h2vG8&vUFE(j`8|$8PLbzWU|-T)8SYcME?xN06FtzO}vMMSmbs#xoXNsAzceg"
    "zD4$^@uzmGSsK1?%!4N2yL=9+4FhD543kIoDgVleP|cFuRiV~$NB2kqwg2$#V=iKqERQv7kNQeFHc^5-7aVR>elH~f)HZ|j~dE<G!V}^q2b?uJvY*7{0rwNA;|O+);krVNOlz`YM~=pjq5MW"
    "7t;MnFl~xw+JhZ^J}TaW&_Dl$f!{B$wZu{IG4>+1{(ij?TYtYch|<dw{ZZOqg&Zl^NJ&y~kpIz^_v5jkoCjc${~w^GuLa}7%3lyBP|4T#Bn$1JPrE9(vPBb=RnOG?w`Em%^SgOhlkcZ3)aI>"
    "B0J?ozN#lU8K*IJ!?|%~0c-bK&+w8YBOxLs3FVfRaym^)9a$19I{&{3T%%A_W)xlPi@L4_|-%!t4`;)51;DQ%EuypTzz8Lg%C~PkYD?RVhiC+E>Gbkj{k$tM}I1Xeq^vVX~s`jh8$57WNh$!"
    "FcK7;Ub$BBYgzaQGZAIWkRLZY&a>Yk53-w!;`YCa!uc!4mWe7{EXgVmnG@9D{_k2791u1B?p*uS2O6^Ca|?exX&SH7^)9`Ky8ZDGcOy?({FzKCha8`qZ9QG`S^-o)?(<pKyox&8@cHzBL@j?"
    "H+t?iq7V<6ddD?-v;1LbaEmGL4b{h5G%?yCqzepvC$<J#0|5$Ccl$>0hib^Ckp|y#YH;l=^Z}i8>raRjgl;l_tzsp*%}-0|D0`;jyD|?9%)~u4kC=!d2-;PVcT+o`V9pYaV$Hl~W>prThGqz"
    "*&dc9B6<_YgOLJ$uH2(*qk-!hrxK93a5ec7=GOK&!{UicE%kPxO2f!W5(;N$e92Jn32m5ejBrE2mLrNe+E*Wb!UL;{|(UhKTFLXH+$T|il^+T&wp232Q+-XUwYc}=_9I(7t|R8Df~nOJf3`3"
    "m!CY#?cL3uvug01ce_!bRJ!*$1LR6=pS||+2M6xjttYKh+1g6)R8ch6Cz7cB(B>R)LUeJl9@mBPSP^Jnv@OcYQ}(W0C0f1h>1|%OJ!4ktZ9cd8-1hQz25xh>z2i3S&oSbvA7eFhOSCuk*zyd"
    "PN1i$lyWb~xQ~I^htkAaM`Jlu3$8d-ib}DFiK3qY>bT&(;Tw7YI32>kP9FZ3X&PQfIP#7t=Z*ckqmYr3nPFc0>ks@7NL8QCW+?~cx+lEFtj*ve;)WYz!s?0`9ZEx&f%OlG(Kg=!1p=HkzP)*"
    "GB{kK(qlqbdKoPvnT>Nwx5FA4ycZKcGDsIMs3H=Eg<-Ij0Z?b%!1XZZftk@LcW6$zY!K<axW!W)b`gH>W|U&oQcW9;GC<e79l2HmlFV351=t}Ovvtif}XN^h-rUmsa4K@V+7-98HU<N;oI($"
    ";Rl!0jEkzU?(?yYtXK_V05g(cH(QOnVq{e?y(;i@W$4&zGU_d>!gyW?|@p|KK(0EhIgksOi~}es)Lm9s4zheyybwSwzk0m@2EWmoYe^kyBV1*a0&ZFcdv>8~F~CsB-FWO-M{$Y*)6w-(o5FO"
    "$|Ms%`(12-`{b2BE2^$I-{ZUdLth1SMg!VrHxk&RP|Wi>H8m)_V@WR-fy<{ZCNO8X_1!x=Bc1vm2dL?{{B@tVJ5bvdw<jUZ@%)TbKxYU=DNMG<9z-}>&h)SQ0`DSTu|OT^TubmpZ^MzjwpZE"
    "GuX0G`8>O-uRA8?`*gcIPTFwuNoe;L10qh8n=gXvJV)5-MY_+}ZT$dw(F|XL7tX&UL2;z2u0H9;9GrLFm)qUA>C{^Uf}M$wmKUCULA#ynn~*}inK~#VY@bi)=JR0(KDiG#(f-A;{G&L83GrX"
    "f!~XyQmRax")).decode()
def recovery_secret(words):
    """The device secret that 24 words stand for."""
    words = words.lower().split(); check(len(words) == 24, "words", f"{len(words)} words")
    places = {WORDS[i:i + 4].rstrip("-"): i // 4 for i in range(0, len(WORDS), 4)}
    for number, word in enumerate(words, 1): check(word[:4] in places, "words", f"word {number}")
    bits = sum(places[word[:4]] << 11 * (23 - i) for i, word in enumerate(words))
    key = (bits >> 8).to_bytes(32, "big"); check(sha(key)[0] == bits & 255, "words", "checksum")
    return hkdf(key, b"", b"kith recovery 1", 64)
def key_file(data, passphrase):
    """Device key file: the device's secret. passphrase is called when it is locked; it gives None where nobody answers."""
    line = b"KITH DEVICE KEY 1\n"
    if not data.startswith(line):
        check(not re.match(rb"KITH DEVICE KEY \d+\n", data), "newer-format")
        check(line.startswith(data), "not-kith")
    check(len(data) > 26 and sha(data[:-8])[:8] == data[-8:], "damaged")
    head, r = data[:-8], Reader(data[18:-8]); locked = r.byte(); check(locked < 2, "newer-format")
    check(r.left() == (99 if locked else 64))
    if not locked: return r.take(64)
    log2n, size, ways = r.byte(), r.byte(), r.byte()
    check(10 <= log2n <= 18 and 1 <= size <= 8 and 1 <= ways <= 4, "too-large")
    salt, words = r.take(16), passphrase(); check(words is not None, "locked")
    words = unicodedata.normalize("NFC", words).encode()
    key = hashlib.scrypt(words, salt=salt, n=1 << log2n, r=size, p=ways, maxmem=512 * MIB, dklen=32)
    secret = decrypt(key, bytes(12), r.take(80), head[:-80]); check(secret, "passphrase"); return secret

# Sealing
def open_stream(data, key, info):
    """The plaintext of a sealed stream."""
    check(len(data) >= 64, "truncated"); keys = hkdf(key, data[:16], info, 64)
    check(keys[32:] == data[16:48], "damaged"); out, at, index = [], 48, 0
    while True:
        chunk = data[at:at + 65552]; at, full = at + len(chunk), len(chunk) == 65552
        check(len(chunk) >= 16, "truncated"); is_last, number = at == len(data), index.to_bytes(11, "big")
        plain = decrypt(keys[:32], number + bytes([is_last]), chunk)
        if plain is None:
            other = decrypt(keys[:32], number + bytes([not is_last]), chunk) if full else None
            raise Refused("damaged" if other is None else "truncated" if is_last else "trailing")
        check(plain or not index); out.append(plain)
        if is_last: return b"".join(out)
        index += 1
ZSTD = None
def unzstd(data, size):
    """The content of one zstd frame that says it has size bytes, decompressed into no more than these."""
    global ZSTD
    if ZSTD is None:
        try: ZSTD = ctypes.CDLL("libzstd.so.1")
        except OSError as error: raise SystemExit(f"kith-rescue: libzstd.so.1: {error}; apt-get install libzstd1")
        ZSTD.ZSTD_decompress.restype = ctypes.c_size_t
        ZSTD.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    try:
        r = Reader(data); check(r.take(4) == b"\x28\xb5\x2f\xfd"); head = r.byte()
        single, width = head >> 5 & 1, (head >> 6 and 1 << (head >> 6)) or head >> 5 & 1
        check(not head & 0b1011 and width); window = 0 if single else r.byte()
        check((1 << 10 + (window >> 3)) * (8 + (window & 7)) <= 256 * MIB)
        check(int.from_bytes(r.take(width), "little") + (256 if width == 2 else 0) == size)
        while True:
            block = int.from_bytes(r.take(3), "little"); check(block >> 1 & 3 < 3)
            r.take(1 if block >> 1 & 3 == 1 else block >> 3)
            if block & 1: break
        r.take(4 * (head >> 2 & 1)); r.end()
    except Refused: raise Refused("malformed") from None
    out = ctypes.create_string_buffer(max(size, 1))
    check(ZSTD.ZSTD_decompress(out, size, data, len(data)) == size); return out.raw[:size]
def open_segment(sealed, declared, key, space, collection, epoch):
    """The body of a sealed segment; declared are the (body byte count, sealed byte count, hash) of the manifest."""
    size, sealed_size, digest = declared
    check(len(sealed) == sealed_size and sha(sealed) == digest, "damaged")
    check(size <= 32 * MIB, "too-large"); check(key, "no-key")
    try: return unzstd(open_stream(sealed, key, b"kith segment 1\0" + space + encode_counted(collection.encode()) + epoch), size)
    except Refused: raise Refused("malformed") from None

# Knowledge, Manifest, Frames
def read_knowledge(r):
    """A dictionary writer: (last, nonce), and the name of what it is relative to, or None. There last is 0 for a writer that is removed."""
    form, to = r.byte(), None; check(form < 2)
    if form: to = r.nonce()
    ends, before = {}, b""
    for _ in range(r.count(65536, 17)):
        writer, last = r.nonce(), r.sequence(); check(last or form)
        ends[writer] = (last, r.nonce() if last else None); check(writer > before); before = writer
    return ends, to
def knowledge_name(ends):
    return name(b"\0" + encode_number(len(ends)) + b"".join(w + encode_number(ends[w][0]) + ends[w][1] for w in sorted(ends)))
def read_chain(r):
    """(writer, origin or None, ends): an origin is (root, last, nonce), an end (last, nonce)."""
    writer, line, origin = r.nonce(), r.byte(), None; check(line < 2)
    if line: origin = (r.nonce(), r.sequence(), r.nonce()); check(origin[0] != writer and origin[1])
    ends, last = [], 0; count = r.count(1 << 32, 17); check(count)
    for _ in range(count):
        step = r.sequence(); check(step and last + step < 1 << 32); last += step
        ends.append((last, r.nonce()))
    check(not origin or origin[1] < ends[0][0]); return writer, origin, ends
def read_chains(r):
    chains = r.list(65536, 34, lambda: read_chain(r)); ascending([chain[0] for chain in chains])
    nonces = [nonce for chain in chains for _, nonce in chain[2]]; check(len(set(nonces)) == len(nonces))
    return chains

def read_contents(r):
    """64 bytes, living and erased; none when nothing is said."""
    count = r.byte(); check(count < 3)
    living, erased = r.take(32) if count else b"", r.take(32) if count > 1 else b""
    check(erased != sha(b"")); return living + (erased or sha(b"")) if count else b""

class Manifest:
    """The header of a delta, with its signature."""
    def __init__(self, data):
        check(len(data) <= 32 * MIB + 64, "too-large"); r = Reader(data)
        check(r.number() == 1, "newer-format"); self.critical, self.optional = r.number(), r.number()
        check(not self.critical, "newer-format")
        self.space, self.collection, self.packer, self.replica, self.epoch = r.nonce(), r.text(), r.nonce(), r.nonce(), r.nonce()
        self.packed = r.time(); self.base, self.to = read_knowledge(r)
        self.chains, self.contents = read_chains(r), read_contents(r)
        self.segments = r.list(65536, 35, lambda: (r.number(65536), r.number(32 * MIB), r.number(32 * MIB - 64), r.hash()))
        self.bytes, self.signature = r.data[:r.at], r.take(64); r.end()
        self.name, self.sealed, self.result = name(self.bytes), [], None
    def settle(self, known={}):
        """Base, result and chains agree, known being what the base is relative to; the writers of its bodies are those of the result, ascending."""
        self.base = {w: end for w, end in {**known, **self.base}.items() if end[0]}
        self.result = dict(self.base)
        for writer, _, ends in self.chains:
            check(ends[0][0] > self.base.get(writer, (0,))[0] and (writer in self.base or ends[0][1] == writer))
            self.result[writer] = ends[-1]
        self.writers = sorted(self.result)
def read_statements(payload):
    r = Reader(payload); size, out = r.number(48 * MIB), []; r = Reader(unzstd(r.rest(), size))
    for _ in range(r.count(131072, 2)):
        place, data = r.number(), r.counted(262144 + 4 * MIB)
        if place:
            check(out and place - 1 <= len(data))
            data = data[:place - 1] + statement_id(out[-1]) + data[place - 1:]
        out.append(data)
    return r.end(out)
def statement_id(data):
    """Of a statement as it travels, with its boxes or without."""
    if data[:1] == b"\0": r = Reader(data[1:]); data = r.counted(262144)
    return sha(data)
def read_frames(data, types=range(1, 22), in_bundle=True):
    """(type, payload, checksum) of each frame, to the end."""
    at = 0
    while at < len(data):
        kind, head = data[at], data[at:at + 13]; known = kind in types
        check(known or in_bundle and 24 <= kind < 128, "not-kith"); check(len(head) >= 5, "truncated")
        size = int.from_bytes(head[1:5], "little"); check(size <= 32 * MIB, "too-large")
        payload = data[at + 13:at + 13 + size]; check(len(head) == 13 and len(payload) == size, "truncated")
        hashed = payload
        if kind == 7:
            r = Reader(payload[:26])
            try: r.nonce(), r.number(); hashed = payload[:r.at]
            except Refused: pass
        check(sha(head[:5] + hashed)[:8] == head[5:], "damaged"); check(known, "newer-format")
        at += 13 + size; yield kind, payload, head[5:], at
def read_preamble(payload):
    r = Reader(payload)
    def heads(): return ascending(r.list(131072, 32, r.hash))
    found = r.nonce(), r.nonce(), r.nonce(), r.time(), heads(), heads(); return r.end(found)
def read_deltas(data):
    """Preamble, statements and deltas of a bundle's frames, each segment checked against its manifest."""
    checksums, deltas, statements, preamble = [], [], None, None
    for kind, payload, checksum, end in read_frames(data):
        whole = not deltas or len(deltas[-1].sealed) == len(deltas[-1].segments); r = Reader(payload)
        if preamble is None: check(kind == 13, "unexpected"); preamble = read_preamble(payload)
        elif statements is None: check(kind == 3, "unexpected"); statements = read_statements(payload)
        elif kind == 6 and whole:
            check(len(deltas) < 64, "too-large"); deltas.append(Manifest(payload))
            check(deltas[-1].space == preamble[0], "other-space")
            check(deltas[-1].name not in [delta.name for delta in deltas[:-1]], "unexpected")
        elif kind == 7 and not whole:
            delta, index, sealed = r.nonce(), r.number(65535), r.rest()
            check(delta == deltas[-1].name and index == len(deltas[-1].sealed), "unexpected")
            _, _, size, digest = deltas[-1].segments[index]
            check(len(sealed) == size and sha(sealed) == digest, "damaged"); deltas[-1].sealed.append(sealed)
        else:
            check(kind == 14 and whole, "unexpected"); number, tally = r.number(), r.hash(); r.end()
            check(number == len(checksums) and tally == sha(b"".join(checksums)), "damaged")
            check(end == len(data), "trailing"); return preamble, statements, deltas
        checksums.append(checksum)
    raise Refused("truncated")

# Bundle
def read_envelope(data):
    """(head bytes 0-88, boxes, byte count) of the envelope that data begins with."""
    r = Reader(data); check(r.byte() == 1, "newer-format"); r.take(88)
    boxes = r.list(4096, 80, lambda: r.take(80))
    check(sha(b"kith bundle head 1\0" + data[:r.at])[:8] == r.take(8), "damaged")
    return data[:89], boxes, r.at
def bundle_key(head, boxes, keys, secrets):
    for key in keys:
        if mac(key, b"kith bundle tag 1\0" + head[1:17])[:8] == head[17:25]:
            found = open_field(key, head[25:], b"bundle key"); check(found and len(found) == 32, "damaged")
            return found
    for secret in secrets:
        for box in boxes:
            found = open_box(secret, box, b"kith bundle box 1\0" + sha(head))
            if found and len(found) == 32: return found
    raise Refused("no-key")
def magic(data, line):
    kind = line[:line.rindex(b" ") + 1]
    if data.startswith(line): return data[len(line):]
    check(not line.startswith(data), "truncated")
    check(re.match(re.escape(kind) + rb"\d+\n", data), "not-kith"); raise Refused("newer-format")
def open_bundle(data, keys, secrets):
    """Preamble, statements and deltas of a bundle file."""
    line = b"KITH BUNDLE 1\n"; head, boxes, size = read_envelope(magic(data, line))
    key = bundle_key(head, boxes, keys, secrets)
    return read_deltas(open_stream(data[14 + size:], key, b"kith bundle 1\0" + sha(data[:14 + size])))

# Roster
KINDS = ("", "genesis", "admit", "revoke", "rotate", "box", "label", "invite", "withdraw", "writer", "cut", "erase", "confirm")
COORDINATOR, MEMBER, READER, RELAY, RECOVERY = 1, 2, 3, 4, 5

class Statement:
    """One statement: its bytes, with its boxes or without."""
    def __init__(self, data):
        boxes = None
        if data[:1] == b"\0":
            r = Reader(data[1:]); data = r.counted(262144); boxes = r.rest()
            check(len(boxes) <= 4 * MIB, "too-large")
        check(len(data) <= 262144, "too-large")
        self.id, self.boxes, self.keys, self.older, self.boxes_name = sha(data), {}, {}, {}, bytes(16)
        self.signed, self.signature = data[:-64], data[-64:]; r = Reader(self.signed)
        check(r.number() == 1, "newer-format")
        self.space, self.signer, self.time = r.nonce(), r.nonce(), r.time()
        self.parents = ascending(r.list(64, 32, r.hash)); kind = r.byte()
        check(1 <= kind <= 12, "newer-format"); self.kind = KINDS[kind]; getattr(self, "read_" + self.kind)(r)
        check((self.kind == "genesis") == (self.space == bytes(16)) == (not self.parents) and (self.parents or self.device == self.signer))
        r.end()
        if boxes is not None:
            check(self.boxes_name != bytes(16) and name(boxes) == self.boxes_name); r = Reader(boxes)
            self.boxes = r.end(dict(r.list(4096, 17, lambda: (r.nonce(), r.counted(4 * MIB)))))
    @staticmethod
    def scope(r): return r.text(named=True, empty=False)
    def collections_of(self, r):
        found = ascending([text.encode() for text in r.list(64, 2, lambda: self.scope(r))])
        plain = [unicodedata.normalize("NFC", text.decode()) for text in found]
        check(len(set(plain)) == len(plain) and "members" not in plain)
        return [text.decode() for text in found]
    def read_role(self, r): role = r.byte(); check(1 <= role <= 5, "newer-format"); return role
    def read_sealed_label(self, r): self.label = (r.nonce(), r.counted(288, 32))
    def read_keys(self, r):
        found = r.list(65, 18, lambda: (self.scope(r).encode(), ascending(r.list(1024, 16, r.nonce), 1)))
        ascending([scope for scope, _ in found])
        self.keys = {scope.decode(): epochs for scope, epochs in found}
    def read_identity(self, r): self.identity = r.take(64); self.device = device_of(self.identity)
    def read_genesis(self, r):
        self.read_identity(r); self.read_sealed_label(r)
        self.sealed_space, self.role, self.invite = r.counted(322, 32), COORDINATOR, None; self.read_keys(r)
        check("members" in self.keys and all(len(epochs) == 1 for epochs in self.keys.values()) and self.label[0] == self.keys["members"][0])
        self.collections, self.boxes_name = [scope for scope in self.keys if scope != "members"], r.nonce()
        check(self.boxes_name != bytes(16))
    def read_admit(self, r):
        self.read_identity(r)
        self.role, self.collections, self.invite = self.read_role(r), self.collections_of(r), None
        self.read_sealed_label(r); invited = r.byte(); check(invited < 2)
        if invited: self.invite = (r.hash(), r.take(64))
        self.read_keys(r)
        check(set(self.keys) <= {"members", *self.collections} and not (self.keys and self.role == RELAY))
        self.boxes_name = r.nonce()
        check((self.boxes_name == bytes(16)) == (not self.keys) and not (self.invite and self.role == RECOVERY))
    def read_revoke(self, r): self.device = r.nonce()
    def read_rotate(self, r):
        def new_key():
            scope, epoch, older = self.scope(r), r.nonce(), ascending(r.list(1024, 16, r.nonce))
            check(epoch not in older)
            return scope.encode(), epoch, older, r.take(32 * len(older) + 16) if older else b""
        found = r.list(65, 19, new_key); ascending([key[0] for key in found], 1)
        check(len({key[1] for key in found}) == len(found))
        for scope, epoch, older, sealed in found: self.keys[scope.decode()], self.older[epoch] = [epoch], (scope.decode(), older, sealed)
        self.boxes_name = r.nonce()
    def read_box(self, r):
        self.keys = {self.scope(r): ascending(r.list(1024, 16, r.nonce), 1)}
        ascending(r.list(4096, 16, r.nonce), 1); self.boxes_name = r.nonce()
    def read_label(self, r): self.device = r.nonce(); self.read_sealed_label(r)
    def read_invite(self, r):
        self.public, self.role = r.take(32), self.read_role(r); check(self.role != RECOVERY)
        self.collections, self.uses = self.collections_of(r), r.number(1000); check(self.uses)
    def read_withdraw(self, r): self.withdrawn = r.hash()
    def read_writer(self, r):
        self.writers = r.list(64, 18, lambda: (self.scope(r), r.nonce()))
        check(self.writers and len(set(self.writers)) == len(self.writers) == len({writer for _, writer in self.writers}))
    def read_cut(self, r): self.collection, self.root, self.last = self.scope(r), r.nonce(), r.sequence()
    def read_erase(self, r): self.collection, self.epoch, self.erasure = self.scope(r), r.nonce(), r.counted(131104, 32)
    def read_confirm(self, r): ascending(r.list(1024, 32, r.hash), 1)
def permits(grant, s):
    """Rights: whether a grant (a genesis or an admit) lets its device sign s."""
    leads, writes = grant.role == COORDINATOR, grant.role in (COORDINATOR, MEMBER)
    def has(scope): return scope in grant.collections or scope == "members" and grant.role != RELAY
    if s.kind == "admit": return leads or grant.role == RECOVERY and s.role == COORDINATOR
    if s.kind in ("revoke", "label"): return leads or s.device == s.signer
    if s.kind in ("rotate", "box"): return (leads if s.kind == "rotate" else writes) and all(map(has, s.keys))
    if s.kind in ("invite", "withdraw"): return leads
    if s.kind == "writer": return writes and all(collection in grant.collections for collection, _ in s.writers)
    if s.kind in ("cut", "erase"): return (writes if s.kind == "cut" else leads) and s.collection in grant.collections
    return s.kind == "confirm" and grant.role != RECOVERY

class Roster:
    """Taking in, What counts: from statements in any order, those that stand and what follows. Sets of statements are bits of one number, by place."""
    def __init__(self, data, refuse=lambda statement, code: None, space=None):
        pool = {}
        for statement in data:
            kept = pool.setdefault(statement.id, statement); kept.boxes = kept.boxes or statement.boxes
        genesis = sorted((s for s in pool.values() if s.kind == "genesis" and space in (None, s.id[:16])), key=lambda s: s.id)
        check(genesis, "unknown-receipt")
        self.space, self.order, self.place, self.past, depth = genesis[0].id[:16], [], {}, [], {}
        waiting = [s for s in pool.values() if s is genesis[0] or s.space == self.space]
        for s in pool.values():
            if s.kind == "genesis" and s is not genesis[0] or s.kind != "genesis" and s.space != self.space: refuse(s, "other-space")
        identities, moved = {}, True
        while moved:  # parents first; one whose signer is not known yet waits
            moved, later = False, []
            for s in sorted(waiting, key=lambda s: (depth.get(s.id, 0), s.id)):
                if s.kind == "genesis": identities[s.signer] = s.identity
                if not all(parent in self.place for parent in s.parents) or s.signer not in identities:
                    later.append(s); continue
                moved, past = True, 0
                for parent in s.parents: past |= self.past[self.place[parent]] | 1 << self.place[parent]
                grants = [g for g in self.order if g.kind in ("genesis", "admit") and g.device == s.signer and past >> self.place[g.id] & 1]
                if s.kind != "genesis" and not any(permits(g, s) for g in grants):
                    refuse(s, "not-permitted"); continue
                try: verify(identities[s.signer], b"kith statement 1", s.signed, s.signature)
                except Refused as error: refuse(s, error.code); continue
                s.depth = 1 + max((self.order[self.place[parent]].depth for parent in s.parents), default=-1)
                self.place[s.id] = len(self.order); self.order.append(s); self.past.append(past)
                if s.kind in ("genesis", "admit"): identities[s.device] = s.identity
            waiting = later
        self.waiting, self.identities = waiting, identities
        self.ranked = sorted(self.order, key=lambda s: (s.depth, s.id))
        self.rank = {s.id: rank for rank, s in enumerate(self.ranked)}; self.settle()
    def bit(self, s): return 1 << self.place[s.id]
    def removers(self, s): return [r for r in self.by_device.get(("revoke", s.signer), []) if r is not s and not self.past[self.place[r.id]] & self.bit(s)]
    def grants(self, s):  # of its signer in its past, highest rank first
        return [g for g in self.by_device.get(("grant", s.signer), []) if self.past[self.place[s.id]] & self.bit(g)][::-1]
    def earlier(self, s):
        return [a for a in self.by_invite.get(s.invite[0], []) if a.device != s.device and self.rank[a.id] < self.rank[s.id]]
    def withdrawals(self, s): return [w for w in self.ranked if w.kind == "withdraw" and w.withdrawn == s.invite[0] and self.past[self.place[s.id]] & self.bit(w)]
    def has_proof(self, s):
        invite = self.order[self.place[s.invite[0]]] if s.invite[0] in self.place else None
        if invite is None or invite.kind != "invite" or not self.past[self.place[s.id]] & self.bit(invite): return False
        try: verify(invite.public, b"kith invite 1", s.identity, s.invite[1])
        except Refused: return False
        return True
    def granted(self, s, yes, no):
        for g in self.grants(s):
            if permits(g, s):
                if yes & self.bit(g): return True
            elif no & self.bit(g): return False
        return False
    def follows(self, s, yes, no):
        if s.kind == "genesis": return True
        if any(no & self.bit(r) for r in self.removers(s)) or not self.granted(s, yes, no): return False
        if s.kind != "admit" or not s.invite: return True
        if not self.proven[s.id]: return False
        i = self.order[self.place[s.invite[0]]]
        return (bool(yes & self.bit(i)) and (i.role, i.collections) == (s.role, s.collections) and not any(no & self.bit(w) for w in self.withdrawals(s))
                and len({a.device for a in self.earlier(s) if no & self.bit(a)}) < i.uses)
    def model(self, universe):
        """Which membership statements of a set that is closed under parents count."""
        facts, held = [s for s in self.facts if universe & self.bit(s)], 0
        def gamma(no):
            yes = 0
            for s in facts:
                if held & self.bit(s) or self.follows(s, yes, no): yes |= self.bit(s)
            return yes
        while True:
            certain, more = 0, gamma(gamma(0))
            while more != certain: certain, more = more, gamma(gamma(more))
            still = gamma(certain) & ~certain
            if not still: return certain
            unsettled = [s for s in facts if still & self.bit(s)]
            reach = {s.id: self.depends(s, certain, still) for s in unsettled}
            for _ in unsettled:
                for s in unsettled:
                    for t in unsettled:
                        if reach[s.id] & self.bit(t): reach[s.id] |= reach[t.id]
            for s in unsettled:  # in a component that depends on no other, each is reached by all that it reaches
                if s.kind == "revoke" and all(reach[t.id] & self.bit(s) for t in unsettled if reach[s.id] & self.bit(t)): held |= self.bit(s)
    def depends(self, s, certain, still):
        found = self.removers(s)
        for g in self.grants(s):
            if certain & self.bit(g): break
            found.append(g)
        if s.kind == "admit" and s.invite and s.invite[0] in self.place: found += [self.order[self.place[s.invite[0]]], *self.withdrawals(s), *self.earlier(s)]
        bits = 0
        for t in found: bits |= self.bit(t)
        return bits & still
    def settle(self):
        self.facts = [s for s in self.ranked if s.kind in ("genesis", "admit", "revoke", "invite", "withdraw")]
        self.by_device, self.by_invite = {}, {}
        self.proven = {s.id: self.has_proof(s) for s in self.facts if s.kind == "admit" and s.invite}
        for s in self.facts:
            if s.kind in ("genesis", "admit"): self.by_device.setdefault(("grant", s.device), []).append(s)
            if s.kind == "revoke": self.by_device.setdefault(("revoke", s.device), []).append(s)
            if s.kind == "admit" and s.invite and self.proven[s.id]: self.by_invite.setdefault(s.invite[0], []).append(s)
        membership, models = sum(map(self.bit, self.facts)), {}
        def model(universe):
            universe &= membership
            if universe not in models: models[universe] = self.model(universe)
            return models[universe]
        bits = model(membership); self.counting = [s for s in self.facts if bits & self.bit(s)]
        for s in self.ranked:
            if membership & self.bit(s): continue
            of = model(self.past[self.place[s.id]]) if s.kind in ("erase", "cut") else bits
            if self.granted(s, of, of) and not any(of & self.bit(r) for r in self.removers(s)): self.counting.append(s)
        self.removed = {s.device for s in self.counting if s.kind == "revoke"}
        self.members = {s.device: s for s in self.counting if s.kind in ("genesis", "admit")}
        self.heads = sorted({s.id for s in self.order} - {parent for s in self.order for parent in s.parents})
        self.writers = {}
        for s in sorted((s for s in self.counting if s.kind == "writer"), key=lambda s: self.rank[s.id]):
            for collection, writer in s.writers: self.writers.setdefault((collection, writer), s.signer)
    def right(self, device, collection):
        """Nothing when the device may pack deltas of the collection."""
        check(device in self.identities, "unknown-packer"); grant = self.members.get(device)
        check(grant and device not in self.removed and grant.role in (COORDINATOR, MEMBER) and collection in grant.collections, "not-permitted")
    def open_keys(self, secrets, held=()):
        """Scope: {epoch: key}, of all that the secrets open, and what these open."""
        keys = {}
        for scope, key in held: keys.setdefault(scope, {})[epoch_of(key)] = key
        for secret in secrets:
            device = device_of(identity_of(secret))
            for s in self.order:
                plain = open_box(secret, s.boxes[device], b"kith key box 1\0" + s.space + device) if device in s.boxes else None
                for key in (plain[i:i + 32] for i in range(0, len(plain or b"") // 32 * 32, 32)):
                    for scope, epochs in s.keys.items():
                        if epoch_of(key) in epochs: keys.setdefault(scope, {})[epoch_of(key)] = key
        moved = True
        while moved:
            moved = False
            for s in self.order:
                for epoch, (scope, older, sealed) in s.older.items():
                    if epoch not in keys.get(scope, {}) or all(o in keys[scope] for o in older): continue
                    plain = decrypt(hkdf(keys[scope][epoch], b"", b"kith older 1\0" + scope.encode(), 32), bytes(12), sealed) or b""
                    for i, o in enumerate(older):
                        key = plain[32 * i:32 * i + 32]
                        if len(key) == 32 and epoch_of(key) == o and o not in keys[scope]: keys[scope][o], moved = key, True
        return keys
    def labels(self, keys):
        """Device: its label, where a key opens it."""
        found = {}
        for s in sorted(self.counting, key=lambda s: self.rank[s.id]):
            if s.kind not in ("genesis", "admit", "label"): continue
            key = keys.get("members", {}).get(s.label[0])
            text = key and open_field(key, s.label[1], b"label " + s.device.hex().encode())
            if text: found[s.device] = text.decode("utf-8", "replace")
        return found
    def erasures(self, keys, refuse):
        """(collection, table, key) of each record that is erased."""
        found = set()
        for s in self.counting:
            if s.kind != "erase": continue
            key = keys.get(s.collection, {}).get(s.epoch)
            if not key: refuse(s, "no-key"); continue
            try:
                r = Reader(open_field(key, s.erasure, b"erase " + s.collection.encode()) or b"")
                found |= set(r.end(r.list(4096, 3, lambda: (s.collection, r.text(named=True), read_key(r.counted(4096), None)))))
            except Refused as error: refuse(s, error.code)
        return found

# Segment body
REGISTER, ONCE, EARLIEST, RANK, COUNTER, TEXT = range(6)
MERGES = ("register", "once", "earliest", "rank", "counter", "text")

class Raw(bytes):
    """An edit of a text, as it lies there."""

class Values:
    """A value stream."""
    def __init__(self, r):
        kind = r.byte(); self.one = kind - 128 if kind >= 128 else None
        self.types = Reader(r.counted(65536) if kind < 128 else b"")
        self.numbers, self.bytes, self.first = Reader(r.counted(32 * MIB)), Reader(r.counted(32 * MIB)), kind
    def next(self):
        check(self.first == 0 or self.first >= 128)
        if self.one is None: check(self.types.left())
        kind = self.types.byte() if self.one is None else self.one
        if kind == 0: return None
        if kind == 1: return self.numbers.signed()
        if kind == 2: value = struct.unpack("<d", self.bytes.take(8))[0]; check(value == value); return value
        check(kind in (3, 4, 5, 6))
        if kind == 5: return self.bytes.take(16).hex()
        data = self.bytes.take(self.numbers.number(16 * MIB))
        if kind == 6: return Raw(data)
        if kind == 4: return data
        check(not USUAL.match(text := text_of(data))); return text
    def end(self): check(not (self.types.left() or self.numbers.left() or self.bytes.left()) and (self.first == 0 or self.first >= 128))

class Table:
    """What a body says of a table: columns are (name, parts, kind, order of a rank)."""
    def __init__(self, r):
        self.name, self.parts = r.text(named=True, empty=False), r.number(64); check(self.parts)
        self.columns = r.list(62, 4, lambda: self.column(r))
        check(len({column[0] for column in self.columns}) == len(self.columns))
    def column(self, r):
        name, head = r.text(named=True, empty=False), r.number(); count, kind, order = head >> 3, head & 7, ()
        check(count <= 64, "too-large"); check(count); check(kind < 6, "newer-format")
        check(kind != COUNTER or count == 1)
        parts = [r.text(named=True, empty=count == 1) for _ in range(count)]
        check(parts != [name] and len(set(parts)) == count)
        if parts == [""]: parts = [name]
        if kind == RANK:
            order = tuple(r.list(64, 2, lambda: r.text(named=True, empty=False)))
            check(order and len(set(order)) == len(order))
        return name, tuple(parts), kind, order

class Body:
    """Tables; records, each (table, key) or (table, (writer, sequence) of its anchor); changes, each (record, writer, sequence, time, columns, values by
    column, context, flags). Writers are the numbers of the manifest."""
    def __init__(self, data, writers):
        r, index = Reader(data), lambda limit: r.number(limit - 1, "malformed")
        self.tables = r.list(1024, 4, lambda: Table(r))
        check(len({table.name for table in self.tables}) == len(self.tables))
        def column_set():
            table, bits = index(len(self.tables)), r.number()
            check(bits < 2 << len(self.tables[table].columns)); return table, bits
        sets = r.list(65536, 2, column_set)
        def context():
            found = r.list(65536, 2, lambda: (index(writers), r.sequence()))
            check(all(last for _, last in found)); ascending([writer for writer, _ in found], 1)
            return dict(found)
        contexts = [{}] + r.list(65536, 3, context); count = r.count(65536, 2)
        tables = [index(len(self.tables)) for _ in range(count)]
        kinds, keys, before, anchors = r.take(count), [], bytes(16), {}
        for table, kind in zip(tables, kinds):
            check(kind < 3)
            if kind == 0: check(self.tables[table].parts == 1); keys.append(r.number(16, "malformed"))
            elif kind == 1:
                key = read_key(r.counted(4096), self.tables[table].parts)
                check(not (len(key) == 1 and USUAL.match(key[0]))); keys.append(key)
            else:
                writer = index(writers); anchors[writer] = anchors.get(writer, 0) + r.signed()
                check(0 < anchors[writer] < 1 << 32); keys.append((writer, anchors[writer]))
        self.records = []
        for table, kind, key in zip(tables, kinds, keys):
            if kind == 0: before = before[:key] + r.take(16 - key); key = (before.hex(),)
            self.records.append((table, key, kind == 2))
        count = r.count(65536, 7); check(count and count >= len(self.records))
        streams = [[r.number() for _ in range(count)] for _ in range(6)]; streams.append(r.take(count))
        values = [[(column, [Values(r) for _ in column[1]]) for column in table.columns] for table in self.tables]
        r.end(); self.changes, named, expected, time = [], 0, {}, 0
        for record, writer, sequence, step, place, context, flags in zip(*streams):
            check(record <= named and (record or named < len(self.records)))
            record = named - record  # counted back from the first that no change has named yet
            named += record == named; check(writer < writers)
            sequence = expected.get(writer, 1) + (sequence >> 1 ^ -(sequence & 1))
            check(0 < sequence < 1 << 32); expected[writer] = sequence + 1; time += step >> 1 ^ -(step & 1)
            check(abs(time) <= 1 << 53 and place < len(sets) and context < len(contexts) and flags < 4)
            table, bits = sets[place]; check(table == self.records[record][0] and (bits or flags & 2))
            columns, found, size = ["exists"] if bits & 1 else [], {}, 0
            for i, (column, streams_of) in enumerate(values[table]):
                if bits >> i + 1 & 1:
                    found[column[0]] = tuple(stream.next() for stream in streams_of)
                    check(column[2] != COUNTER or isinstance(found[column[0]][0], int))
                    check(column[2] == TEXT or not any(isinstance(value, Raw) for value in found[column[0]]))
                    columns.append(column[0])
            self.changes.append((record, writer, sequence, time, columns, found, contexts[context], flags))
        check(named == len(self.records))
        for table in values:
            for _, streams_of in table:
                for stream in streams_of: stream.end()
def check_bodies(manifest, bodies, root=lambda writer: writer):
    """What a delta's bodies must hold."""
    from kith_text import check_edit, read_edit
    last, writers = {}, manifest.writers
    check(len(bodies) == len(manifest.segments) and all(len(body.changes) == declared[0] for body, declared in zip(bodies, manifest.segments)))
    for body in bodies:
        for record, writer, sequence, _, columns, values, context, flags in body.changes:
            _, key, is_anchor = body.records[record]; base = manifest.base.get(writers[writer], (0,))[0]
            check(base < sequence <= manifest.result[writers[writer]][0] and last.get(writer, base) < sequence)
            last[writer] = sequence
            check(all(seen <= manifest.result[writers[w]][0] for w, seen in context.items()) and context.get(writer, 0) < sequence)
            check(not flags & 2 or all(root(writers[w]) == root(writers[writer]) for w in context if w != writer))
            check(not flags & 2 or writer not in context); check(not flags & 1 or "exists" in columns)
            check(not is_anchor or key[1] <= manifest.base.get(writers[key[0]], (0,))[0])
            for parts in values.values():
                for value in parts:
                    if isinstance(value, Raw):
                        check_edit(read_edit(value, (writer, sequence), len(writers)), lambda w, s: context.get(w, 0) >= s)
            size = sum(len(text_bytes(v) if isinstance(v, str) else v) for parts in values.values() for v in parts if isinstance(v, (str, bytes)))
            check(size <= 24 * MIB, "too-large")
    return bodies

# Copies
class Lines:
    """The trees of all batches of a collection, and the names that its cuts give to their pieces."""
    def __init__(self): self.batches, self.cuts, self.names = {}, {}, {}  # nonce: [nonce before, its last, own last]; root: lasts
    def learn(self, manifest):
        for writer, origin, ends in manifest.chains:
            last, before = manifest.base.get(writer) or ((origin[1], origin[2]) if origin else (0, None))
            for end, nonce in ends:
                batch = self.batches.setdefault(nonce, [before, last, end])
                check(batch == [before, last, end]); last, before = end, nonce
            if origin: self.cuts.setdefault(origin[0], set()).add(origin[1])
    def settle(self, cuts):
        """Once all that is known of the lines has been learned."""
        children = {}
        for root, last in cuts: self.cuts.setdefault(root, set()).add(last)
        for nonce, (before, last, _) in self.batches.items(): children.setdefault(before, []).append(last)
        for before, lasts in children.items():
            if before and len(lasts) > 1: self.cuts.setdefault(self.root(before), set()).add(lasts[0])
    def way(self, nonce):
        """The batches from the first to this one."""
        way = []
        while nonce in self.batches and len(way) <= len(self.batches):
            way.append(nonce); nonce = self.batches[nonce][0]
        return way[::-1]
    def root(self, nonce): return (self.way(nonce) or [nonce])[0]
    def pieces(self, writer, end):
        """What a sender calls writer, up to the batch end (last, nonce): [(before, last, name)], ascending."""
        if (writer, end) in self.names: return self.names[writer, end]
        pieces, way = [], self.way(end[1]); cuts = self.cuts.get(way[0], ()) if way else ()
        for nonce in way:
            before, start, last = self.batches[nonce]
            if pieces and not any(start <= cut < last for cut in cuts): pieces[-1] = (pieces[-1][0], last, pieces[-1][2])
            else: pieces.append((start, last, nonce))
        self.names[writer, end] = pieces or [(0, end[0], writer)]; return self.names[writer, end]
