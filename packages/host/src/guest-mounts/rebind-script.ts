/**
 * Arguments: the numbers of setns and umount2, a mount namespace, then sources and targets. Everything of the host is opened before
 * the namespace is entered, and nothing is loaded or run after: what lies in it belongs to the VE. Numbers from 403 on are the same
 * on every architecture: open_tree 428 (clone 1), move_mount 429 (from an empty path 4), mount_setattr 442 (empty path 0x1000; read-only,
 * nosuid, nodev, noexec are 1, 2, 4, 8).
 */
export const rebindScript = `
my ($setns, $umount, $namespace, @pairs) = @ARGV;
open(my $there, '<', $namespace) or die "$namespace: $!\\n";
my ($empty, $attributes, @moves) = ('', pack('QQQQ', 15, 0, 0, 0));
while (my ($source, $target) = splice(@pairs, 0, 2)) {
  my $tree = syscall(428, -100, $source, 1);
  die "$source: $!\\n" if $tree < 0;
  syscall(442, $tree, $empty, 0x1000, $attributes, 32) == 0 or die "$source: $!\\n";
  push @moves, [$tree, $target];
}
syscall($setns, fileno($there), 0x20000) == 0 or die "setns: $!\\n";
for my $move (@moves) {
  my ($tree, $target) = @$move;
  # detached, and never through a link
  syscall($umount, $target, 10) == 0 or die "umount $target: $!\\n";
  syscall(429, $tree, $empty, -100, $target, 4) == 0 or die "$target: $!\\n";
}
`;
