import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rvemu.errors import ConfigError
from rvemu.isa.config import DEFAULT, EXTENSIONS, PROFILES, parse_isa

G = {"I", "M", "A", "F", "D", "Zicsr", "Zifencei"}
ALWAYS = {"I", "S", "U", "Zicsr", "Svadu", "Sv39", "Sv48", "Sv57"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rv64i", ALWAYS),
        ("rv64g", G | ALWAYS),
        ("rv64gc", G | ALWAYS | {"C", "Zca", "Zcd"}),
        ("RV64IMAC_Zba", ALWAYS | {"M", "A", "C", "Zca", "Zba"}),
        ("rv64imafdc_zicsr_zba_zbb", ALWAYS | {"M", "A", "F", "D", "C", "Zca", "Zcd", "Zba", "Zbb"}),
        ("rv64id", ALWAYS | {"D", "F"}),
        ("rv64gczba", G | ALWAYS | {"C", "Zca", "Zcd", "Zba"}),
        ("rv64i_m_sstc", ALWAYS | {"M", "Sstc"}),
        ("rv64imacsu", ALWAYS | {"M", "A", "C", "Zca"}),
        ("rv64ib", ALWAYS | {"Zba", "Zbb", "Zbs"}),
        ("rv64i_zkn", ALWAYS | {"Zbkb", "Zbkc", "Zbkx", "Zknd", "Zkne", "Zknh"}),
        ("rv64i_sv57", ALWAYS),
        ("rv64i_sv48", ALWAYS - {"Sv57"}),
        ("rv64i_sv39", ALWAYS - {"Sv48", "Sv57"}),
        ("rv64i_sv391p0", ALWAYS - {"Sv48", "Sv57"}),
        ("rv64isv39_sv48", ALWAYS - {"Sv57"}),
        ("rv64i_smstateen", ALWAYS | {"Smstateen", "Ssstateen"}),
        ("rv64i_zk", ALWAYS | {"Zbkb", "Zbkc", "Zbkx", "Zknd", "Zkne", "Zknh", "Zkr", "Zkt"}),
        ("rv64i_zks", ALWAYS | {"Zbkb", "Zbkc", "Zbkx", "Zksed", "Zksh"}),
        ("rv64i_zfhmin", ALWAYS | {"F", "Zfhmin"}),
        ("rv64i_zfh", ALWAYS | {"F", "Zfh", "Zfhmin"}),
        ("rv64i_zfbfmin", ALWAYS | {"F", "Zfbfmin"}),
        ("rv64id_zfa", ALWAYS | {"F", "D", "Zfa"}),
        ("rv64i2p1_m2p0_zicbop1p0_zihpm2", ALWAYS | {"M", "Zicbop", "Zihpm"}),
        ("rv64i2p1m2_zba", ALWAYS | {"M", "Zba"}),
        ("rv64i_svade", ALWAYS - {"Svadu"} | {"Svade"}),
        ("rv64i_svadu", ALWAYS),
        ("rv64i_zawrs", ALWAYS | {"A", "Zawrs"}),
        ("rv64im_zca", ALWAYS | {"M", "C", "Zca"}),
        ("rv64i_zcb", ALWAYS | {"C", "Zca", "Zcb"}),
        ("rv64i_zcd", ALWAYS | {"F", "D", "C", "Zca", "Zcd"}),
    ],
)
def test_a_string_means_its_extensions_and_what_they_depend_on(text, names):
    assert set(parse_isa(text).names) == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rv32gc", ["XLEN 32", "(rv64)"]),
        ("rv128i", ["XLEN 128"]),
        ("rv64e", ["base ISA e", "(rv64i)"]),
        ("rv64gcv", ["extension v ", "supported: i m a f d c"]),
        ("rv64gch", ["extension h "]),
        ("rv64gc_zbx", ["zbx", "near it: ", "zbkx"]),
        ("rv64gc_zvl128b", ["zvl128b"]),
        ("rv64gc_sv32", ["sv32"]),
        ("rv64gc_xtheadba", ["xtheadba"]),
        ("rv64mac", ["lacks the base ISA"]),
        ("rv64", ["no ISA string"]),
        ("rv64gc_", ["'_'"]),
        ("rv64gc__zba", ["'_'"]),
        ("rv64gc zba", ["gc zba"]),
        ("rv64i-m", ["i-m"]),
        ("", ["no ISA string"]),
        ("x86_64", ["no ISA string"]),
        ("rv64i\nm", ["no ISA string"]),
        ("rv64i_svade_svadu", ["svade", "svadu"]),
        ("rv64gd_zca", []),
        ("rva23u64", ["profile rva23u64 ", " v ", "(not supported)"]),
        ("RVA23S64_zacas", ["profile rva23s64 ", " v ", " h"]),
        ("rva19u64", ["rva19u64", "no known profile", "rva22s64"]),
        ("rva20u64_", ["'_'"]),
        ("rva20u64__zba", ["'_'"]),
        ("rva20u64zba", ["no known profile"]),
        ("rva20u64_zbx", ["zbx", "near it: "]),
        ("rva20s64_svadu", ["svade", "svadu"]),
        ("rva20u64_\n", []),
        ("rv64" + "i1p0" * 200 + "!", []),
    ],
)
def test_a_string_that_no_hart_can_have_is_refused_in_one_line(text, words):
    with pytest.raises(ConfigError) as error:
        parse_isa(text)
    line = str(error.value)
    assert line.startswith("isa: ")
    assert "\n" not in line
    assert [word for word in words if word not in line] == []


RVA20U64 = "i m a f d c zicsr zicntr ziccif ziccrse ziccamoa za128rs zicclsm"
RVA20S64 = "zifencei svbare svade ssccptr sstvecd sstvala"


@pytest.mark.parametrize(("text", "mandatory", "absent"), [
    ("rva20u64", RVA20U64, "zifencei svade zihpm"),
    ("RVA20S64", f"{RVA20U64} {RVA20S64}", "svadu zba"),
    ("rva20s64_zba_zbb1p0", f"{RVA20U64} {RVA20S64} zba zbb", "svadu zbs"),
    ("rva22s64_zacas",
     f"{RVA20U64} {RVA20S64} zihpm za64rs zihintpause zba zbb zbs zic64b zicbom zicbop zicboz zfhmin zkt sscounterenw"
     " svpbmt svinval zacas", "svadu svnapot zicond"),
])  # fmt: skip
def test_a_profile_means_what_it_makes_mandatory(monkeypatch, text, mandatory, absent):
    monkeypatch.setitem(EXTENSIONS, "Zfhmin", ("F",))
    extensions = set(parse_isa(text).extensions)
    assert set(mandatory.split()) <= extensions
    assert extensions.isdisjoint(absent.split())


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_had_or_what_it_lacks_is_named(profile):
    lacking = set(PROFILES[profile]) - set(EXTENSIONS)
    if not lacking:
        assert set(PROFILES[profile]) <= set(parse_isa(profile).names)
        return
    with pytest.raises(ConfigError) as error:
        parse_isa(profile)
    assert {name.lower() for name in lacking} <= set(str(error.value).split())


def test_the_canonical_string_is_ordered_as_the_manual_says():
    # "Z" extensions by category, in the order of IMAFDQLCBKJTPVNH, then by alphabet; behind them "S".
    isa = parse_isa("rv64m_svpbmt_zbs_zba_zfhmin_zfa_zawrs_zihpm_zicsr_zicbom_sstc_svinval_cdfai")
    assert isa.isa_string == (
        "rv64imafdc_zicbom_zicsr_zihpm_zawrs_zfa_zfhmin_zca_zcd_zba_zbs_sstc_svadu_svinval_svpbmt"
    )


def test_the_device_tree_forms_agree_and_leave_the_privilege_modes_out():
    isa = parse_isa("rv64gc_zba")
    assert isa.base == "rv64i"
    assert isa.extensions == ["i", "m", "a", "f", "d", "c", "zicsr", "zifencei", "zca", "zcd", "zba", "svadu"]
    assert isa.isa_string == "rv64imafdc_zicsr_zifencei_zca_zcd_zba_svadu"
    assert isa.has("Zba")
    assert isa.has("S")
    assert not isa.has("Zbb")


@pytest.mark.parametrize(
    ("text", "string", "mmu_type"),
    [
        ("rv64i", "rv64i_zicsr_svadu", "riscv,sv57"),
        ("rv64i_sv57", "rv64i_zicsr_svadu", "riscv,sv57"),
        ("rv64i_sv48", "rv64i_zicsr_sv39_sv48_svadu", "riscv,sv48"),
        ("rv64i_sv39_svpbmt", "rv64i_zicsr_sv39_svadu_svpbmt", "riscv,sv39"),
    ],
)
def test_page_tables_are_said_where_some_are_missing(text, string, mmu_type):
    isa = parse_isa(text)
    assert (isa.isa_string, isa.mmu_type) == (string, mmu_type)
    assert parse_isa(string) == isa


def test_the_default_has_everything_but_svade():
    assert set(DEFAULT.names) == set(EXTENSIONS) - {"Svade"}
    assert parse_isa(DEFAULT.isa_string) == DEFAULT


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(set(EXTENSIONS) - {"Svadu"})), unique=True))
def test_a_canonical_string_means_what_it_was_made_of(names):
    text = "rv64i_" + "_".join(["i", *names])
    if "D" in names and {"Zca", "Zcb", "Zcmop"} & set(names) and not {"C", "Zcd"} & set(names):
        with pytest.raises(ConfigError):
            parse_isa(text)
        return
    isa = parse_isa(text)
    assert set(names) <= set(isa.names)
    assert parse_isa(isa.isa_string) == isa


@settings(deadline=None)
@given(st.text("rv64imafdcgszbpu_0123 \n", max_size=40) | st.text(max_size=20))
def test_any_text_is_understood_or_refused_in_one_line(text):
    line, names = "", ("I",)
    try:
        names = parse_isa("rv64" + text).names
    except ConfigError as error:
        line = str(error)
    assert "\n" not in line
    assert "I" in names
