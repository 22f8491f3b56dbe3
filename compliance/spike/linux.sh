#!/bin/sh
# Compare the commit logs of rvemu and Spike over the first instructions of a Linux boot on rvemu's own SBI firmware.
#   linux.sh KERNEL [INSTRUCTIONS [WORK-FOLDER]]
# Needs rvemu, spike, fdtput (device-tree-compiler) and riscv64-unknown-elf-gcc; about 150 bytes of disk an instruction.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernel=$(realpath "$1") count=${2:-3000000} work=${3:-$(mktemp -d)}
isa=rv64gc_zicntr_zihpm_zba_zbb_zbs_zicbom_zicboz_svinval
rvemu=${RVEMU:-rvemu} spike=${SPIKE:-spike}
cd "$work"

ln -sf "$kernel" kernel
# marchid tells the two apart, and Linux asks the firmware for it: here the firmware answers 0.
LC_ALL=C sed 's/\xf3\x25\x20\xf1/\x93\x05\x00\x00/' "$here/../../rvemu/firmware/sbi.bin" > firmware.bin
$rvemu run -m 256M --isa $isa --append "earlycon=uart8250,mmio,0x10000000" --dump-dtb machine.dtb kernel
# Spike takes its PMP entries from the device tree, and rvemu has 16.
fdtput -t i machine.dtb /cpus/cpu@0 riscv,pmpregions 16
riscv64-unknown-elf-gcc -nostdlib -static -march=rv64gc -mabi=lp64d -Wl,--no-warn-rwx-segments -T "$here/boot.ld" \
	"$here/boot.S" -o boot.elf

$rvemu run -m 256M --isa $isa boot.elf --max-cycles "$count" --log-commits rvemu.log || [ $? = 124 ]
$spike --isa=$isa -m0x80000000:0x10000000 --dtb=machine.dtb --triggers=0 --log-commits --log=spike.log \
	--instructions="$count" boot.elf
$rvemu compare spike.log rvemu.log --from 0x80000000 --prefix
