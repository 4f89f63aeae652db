#!/usr/bin/env perl
# SPDX-License-Identifier: MIT
# Cuts texts into pieces with Perl's own regular expressions, for test_split_peer.c to compare.
#
#   split_peer.pl KIND FILE
#
# FILE holds texts in UTF-8, each after its length in bytes (32 bits, little endian). One line for
# each text comes out: the lengths of its pieces in bytes.
#
# The expressions are stated here once more, as the models' tokenizer.json files have them.
use strict;
use warnings;
use Encode qw(decode encode);

my $gpt2 = q{'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)};
# Cased letters, as ranges of code points.
my $letters = join '', map { s/(\w+)/\\x{$1}/gr } qw(
    41-5a 61-7a b5 c0-d6 d8-f6 f8-1ba 1bc-1bf 1c4-293 295-2af 370-373 376 377 37b-37d 37f 386
    388-38a 38c 38e-3a1 3a3-3f5 3f7-481 48a-52f 531-556 10a0-10c5 13a0-13f5 13f8-13fd 1c90-1cba
    1cbd-1cbf 1d00-1d2b 1d6b-1d77 1d79-1d9a 1e00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57
    1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fbc 1fbe 1fc2-1fc4 1fc6-1fcc 1fd0-1fd3 1fd6-1fdb
    1fe0-1fec 1ff2-1ff4 1ff6-1ffc 2102 2107 210a-2113 2115 2119-211d 2124 2126 2128 212a-212d
    212f-2134 2139 213c-213f 2145-2149 214e 2183 2184 2c00-2c7b 2c7e-2ce4 2ceb-2cee 2cf2 2cf3
    a640-a66d a680-a69b a722-a76f a771-a787 a78b-a78e ab70-abbf fb00-fb06 fb13-fb17 ff21-ff3a
    ff41-ff5a 10400-1044f 104b0-104d3 104d8-104fb 10c80-10cb2 10cc0-10cf2 118a0-118df
    1e900-1e943
);
my $asian = q{[\x{4e00}-\x{9fa5}\x{800}-\x{4e00}\x{ac00}-\x{d7ff}]+};
my %kinds = (
    'default' => [q{[\p{P}\$\+<=>\^~\|]+}, $gpt2, q{\p{N}+}, q{[0-9][0-9][0-9]}],
    'qwen2' => [
        q{(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}} .
        q{| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}],
    'bailingmoe' => [
        q{'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}} .
        q{| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+}],
    'llama-bpe' => [
        q{(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}} .
        q{| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}],
    'gpt-2' => [$gpt2],
    'starcoder' => [q{\p{N}}, $gpt2],
    'falcon' => [q{[\p{P}\$\+<=>\^~\|`]+}, $gpt2, q{[0-9][0-9][0-9]}],
    'deepseek-coder' => [q{[\r\n]}, q{\s?\p{L}+}, q{\s?\p{P}+}, $asian, q{\p{N}}],
    'deepseek-llm' => [
        q{[\r\n]}, "\\s?[$letters]+",
        q{\s?[!-\/:-~\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff5e}\x{2018}-\x{201f}\x{3000}-\x{3002}]+},
        q{\s+$}, $asian, q{\p{N}+}],
);

# The pieces of one piece: what matches, and what lies between.
sub cut {
    my ($text, $expression) = @_;
    my @pieces;
    my $done = 0;
    while ($text =~ /$expression/g) {
        push @pieces, substr($text, $done, $-[0] - $done) if $-[0] > $done;
        push @pieces, substr($text, $-[0], $+[0] - $-[0]);
        $done = $+[0];
    }
    push @pieces, substr($text, $done) if $done < length $text;
    return @pieces;
}

my ($kind, $path) = @ARGV;
my @expressions = map { qr/$_/u } @{ $kinds{$kind} or die "unknown kind $kind\n" };
open my $file, '<:raw', $path or die "$path: $!\n";
while (read $file, my $header, 4) {
    read $file, my $bytes, unpack 'V', $header;
    my @pieces = (decode 'UTF-8', $bytes, Encode::FB_CROAK);
    for my $expression (@expressions) {
        @pieces = map { cut($_, $expression) } @pieces;
    }
    print join(' ', map { length encode 'UTF-8', $_ } @pieces), "\n";
}
