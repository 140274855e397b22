/**
 * What works on files inside a VE: perl, since one thread of Node cannot enter namespaces of a VE and Node itself is too large to be
 * started for a listing. Everything of the host is opened before; after the VE is entered no module is loaded, no program run, no
 * name of a user, locale or character set looked up: what lies there belongs to the VE. Paths come and names go as hexadecimal digits.
 *
 * Arguments: `running` or `mounted`, then the numbers of the system calls of `callNumbers`. Descriptors from 3 on: the namespaces of a
 * running VE, in the order in which they are entered; the root of a mounted one. Standard input: a line with the request, then what is to be written
 * in pieces, each after its length in 4 bytes (big-endian), the last of length 0. Standard output: `!ERRNO WHAT` or `!changed`, or lines
 * of facts and, unless bytes of a file follow, `.` as the last.
 */
export const filesScript = `
my ($place, @numbers) = @ARGV;
my ($setns, $unshare, $fchdir, $setgroups, $setresgid, $setresuid, $statx, $renameat2, $fchownat, $fsync,
  $llistxattr, $lgetxattr, $lsetxattr) = map { 0 + $_ } @numbers;
my ($here, $unfollowed) = (-100, 0x100);
$| = 1;
umask 077;

sub fail { my ($what) = @_; my $number = 0 + $!; print "!$number $what\\n"; exit 0 }
sub refuse { my ($number, $what) = @_; $! = $number; fail($what) }

if ($place eq 'mounted') {
  syscall($unshare, 0x10000000) == 0 or fail('unshare');
  print "\\n";
}
my $request = <STDIN>;
exit 1 unless defined $request && $request =~ s/\\n\\z//;
if ($place eq 'mounted') {
  syscall($fchdir, 3) == 0 or fail('fchdir');
  become_root();
  chroot('.') or fail('chroot');
} else {
  syscall($setns, $_, 0) == 0 or fail('setns') for 3 .. 7;
  become_root();
}
for (3 .. 7) { open(my $held, '<&=', $_) and close($held) }

sub become_root {
  syscall($setgroups, 0, 0) == 0 or fail('setgroups');
  syscall($setresgid, 0, 0, 0) == 0 or fail('setresgid');
  syscall($setresuid, 0, 0, 0) == 0 or fail('setresuid');
}

# struct statx of linux/stat.h
sub facts {
  my ($path, $flags) = @_;
  my $buffer = "\\0" x 256;
  return undef if syscall($statx, $here, $path, $flags | 0x800, 0x7ff, $buffer) != 0;
  my %f;
  @f{qw(links uid gid mode)} = unpack('x16 L L L S', $buffer);
  @f{qw(inode size)} = unpack('x32 Q Q', $buffer);
  @f{qw(seconds nanoseconds)} = unpack('x112 q L', $buffer);
  @f{qw(major minor)} = unpack('x136 L L', $buffer);
  $f{version} = sprintf('%x-%x-%x-%x', @f{qw(inode size seconds nanoseconds)});
  return \\%f;
}
sub itself { facts($_[0], $unfollowed) }
sub is { my ($f, $format) = @_; ($f->{mode} & 0170000) == $format }
my ($directory, $regular, $link) = (0040000, 0100000, 0120000);

sub report {
  my ($name, $f, $path) = @_;
  my ($target, $to) = ('-', 0);
  if (is($f, $link)) {
    my $text = readlink($path);
    $target = 't' . unpack('H*', defined $text ? $text : '');
    my $end = facts($path, 0);
    $to = $end->{mode} if $end;
  }
  print join(' ', 'n' . unpack('H*', $name), $to, @$f{qw(mode uid gid size seconds nanoseconds links version)}, $target), "\\n";
}

# directory and last name
sub parts {
  my ($path) = @_;
  $path =~ s{/+\\z}{}s;
  my ($above, $name) = $path =~ m{^(.*)/([^/]*)\\z}s;
  return ($above eq '' ? '/' : $above, $name);
}
# makes its directory the current one: nobody can exchange it any more
sub into {
  my ($above, $name) = parts($_[0]);
  refuse(22, 'name') if $name eq '' || $name eq '.' || $name eq '..';
  chdir($above) or fail('directory');
  return $name;
}
sub through {
  my ($path) = @_;
  for (1 .. 40) {
    my $target = readlink($path);
    return $path unless defined $target;
    my ($above) = parts($path);
    $path = $target =~ m{^/}s ? $target : "$above/$target";
  }
  refuse(40, 'link');
}
sub own {
  my ($name, $uid, $gid) = @_;
  syscall($fchownat, $here, $name, $uid, $gid, $unfollowed) == 0 or fail('owner');
}

sub show {
  my ($path) = @_;
  my $f = itself($path) or fail('path');
  my (undef, $name) = parts($path);
  report($name, $f, $path);
  print ".\\n";
}

sub list {
  my ($path, $most, $after) = @_;
  opendir(my $handle, $path) or fail('directory');
  chdir($handle) or fail('directory');
  my @names;
  while (defined(my $name = readdir($handle))) {
    next if $name eq '.' || $name eq '..' || (defined $after && $name le $after);
    push @names, $name;
    # whatever is in it, no more is held than is told
    @names = (sort @names)[0 .. $most - 1] if @names > 2 * $most + 1000;
  }
  @names = sort @names;
  splice(@names, $most) if @names > $most;
  for my $name (@names) { my $f = itself($name); report($name, $f, $name) if $f }
  print ".\\n";
}

sub make_directory {
  my ($path, $mode, $parents) = @_;
  if ($parents) {
    chdir('/') or fail('root');
    for my $name (split m{/+}, $path) {
      next if $name eq '' || chdir($name);
      fail('directory') unless $! == 2;
      one_directory($name, $mode);
      chdir($name) or fail('directory');
    }
    my $f = itself('.') or fail('directory');
    my (undef, $name) = parts($path);
    report($name, $f, '.');
  } else {
    my $name = into($path);
    one_directory($name, $mode);
    my $f = itself($name) or fail('directory');
    report($name, $f, $name);
  }
  print ".\\n";
}
# belongs to whom the one above belongs
sub one_directory {
  my ($name, $mode) = @_;
  my $above = itself('.') or fail('directory');
  mkdir($name, 0700) or fail('directory');
  my $f = itself($name) or fail('directory');
  own($name, $above->{uid}, $above->{gid});
  chmod($mode | ($f->{mode} & 02000), $name) or fail('mode');
}

sub remove {
  my ($path, $recursive) = @_;
  my $name = into($path);
  my $f = itself($name) or fail('path');
  if (is($f, $directory)) {
    clear($name, $f) if $recursive;
    rmdir($name) or fail('directory');
  } else {
    unlink($name) or fail('file');
  }
  print ".\\n";
}
# empties a directory, by steps of one name, never through a link and never into another file system
sub clear {
  my ($name, $f) = @_;
  my $above = itself('.') or fail('directory');
  chdir($name) or fail('directory');
  same(itself('.'), $f);
  refuse(18, 'mount') if $f->{major} != $above->{major} || $f->{minor} != $above->{minor};
  for (;;) {
    opendir(my $handle, '.') or fail('directory');
    my @names;
    while (@names < 4096 && defined(my $entry = readdir($handle))) { push @names, $entry unless $entry eq '.' || $entry eq '..' }
    closedir($handle);
    last unless @names;
    for my $entry (@names) {
      my $is = itself($entry);
      next if !$is && $! == 2;
      $is or fail('path');
      if (is($is, $directory)) { clear($entry, $is); rmdir($entry) or fail('directory') }
      else { unlink($entry) or $! == 2 or fail('file') }
    }
  }
  chdir('..') or fail('directory');
  same(itself('.'), $above);
}
sub same {
  my ($one, $other) = @_;
  return if $one && $one->{inode} == $other->{inode} && $one->{major} == $other->{major} && $one->{minor} == $other->{minor};
  refuse(116, 'moved');
}

sub move {
  my ($from, $to, $replace) = @_;
  if (syscall($renameat2, $here, $from, $here, $to, $replace ? 0 : 1) != 0) {
    # a file system that does not know how
    $! == 22 && !$replace or fail('rename');
    itself($to) and refuse(17, 'rename');
    rename($from, $to) or fail('rename');
  }
  show($to);
}

sub change {
  my ($path, $mode, $uid, $gid) = @_;
  my $name = into_or_root($path);
  my $f = itself($name) or fail('path');
  refuse(40, 'link') if $mode ne '-' && is($f, $link);
  own($name, $uid eq '-' ? -1 : 0 + $uid, $gid eq '-' ? -1 : 0 + $gid) if $uid ne '-' || $gid ne '-';
  if ($mode ne '-') { chmod(0 + $mode, $name) or fail('mode') }
  my (undef, $last) = parts($path);
  my $now = itself($name) or fail('path');
  report($last, $now, $name);
  print ".\\n";
}
sub into_or_root {
  my ($path) = @_;
  return into($path) if $path =~ m{[^/]};
  chdir('/') or fail('root');
  return '.';
}

# 04000 does not wait for whoever holds a lease or the other end, 0400 takes no terminal
sub content {
  my ($path, $offset, $length) = @_;
  my $f = facts($path, 0) or fail('path');
  refuse(is($f, $directory) ? 21 : 22, 'file') unless is($f, $regular);
  sysopen(my $file, $path, 04400) or fail('file');
  my @opened = stat($file) or fail('file');
  refuse(22, 'file') unless ($opened[2] & 0170000) == $regular;
  sysseek($file, $offset, 0) or fail('offset') if $offset > 0;
  my (undef, $name) = parts($path);
  report($name, $f, $path);
  my $left = $length;
  while ($left eq '-' || $left > 0) {
    my $got = sysread($file, my $piece, $left eq '-' || $left > 65536 ? 65536 : $left);
    exit 1 unless defined $got;
    last if $got == 0;
    $left -= $got unless $left eq '-';
    print $piece or exit 1;
  }
}

sub put {
  my ($path, $temporary, $mode, $only_if) = @_;
  my $name = into(through($path));
  my $old = itself($name);
  refuse(is($old, $directory) ? 21 : 22, 'file') if $old && !is($old, $regular);
  check($old, $only_if);
  my $above = itself('.') or fail('directory');
  sysopen(my $file, $temporary, 0301, 0600) or fail('file');
  my $clean = sub { my $number = 0 + $!; unlink($temporary); $! = $number };
  # who uploads is told that it may begin
  print "+\\n";
  for (;;) {
    my $head;
    if ((read(STDIN, $head, 4) // 0) != 4) { $clean->(); exit 1 }
    my $length = unpack('N', $head);
    last if $length == 0;
    my $piece;
    if ((read(STDIN, $piece, $length) // 0) != $length) { $clean->(); exit 1 }
    for (my $done = 0; $done < $length; ) {
      my $written = syswrite($file, $piece, $length - $done, $done);
      if (!defined $written) { $clean->(); fail('write') }
      $done += $written;
    }
  }
  my ($uid, $gid) = $old ? @$old{qw(uid gid)} : @$above{qw(uid gid)};
  my $permissions = $old ? $old->{mode} & 07777 : $mode;
  if (syscall($fchownat, $here, $temporary, $uid, $gid, $unfollowed) != 0) { $clean->(); fail('owner') }
  keep_attributes($name, $temporary) if $old;
  if (!chmod($permissions, $temporary)) { $clean->(); fail('mode') }
  if (syscall($fsync, fileno($file)) != 0 || !close($file)) { $clean->(); fail('write') }
  commit($name, $temporary, $old, $only_if, $clean);
  my $now = itself($name) or fail('file');
  report($name, $now, $name);
  print ".\\n";
}
sub check {
  my ($f, $only_if) = @_;
  return if $only_if eq 'any';
  changed() if $only_if eq 'new' ? $f : !$f || ($only_if ne 'existing' && $f->{version} ne $only_if);
}
sub changed { print "!changed\\n"; exit 0 }
# of two who write at the same time one finds in its hands what the other has written, and gives it back
sub commit {
  my ($name, $temporary, $old, $only_if, $clean) = @_;
  if ($only_if eq 'any' || $only_if eq 'existing') {
    if (!rename($temporary, $name)) { $clean->(); fail('rename') }
    return;
  }
  if (syscall($renameat2, $here, $temporary, $here, $name, $only_if eq 'new' ? 1 : 2) == 0) {
    return if $only_if eq 'new';
    my $out = itself($temporary);
    if (!$out || $out->{version} ne $only_if) {
      syscall($renameat2, $here, $temporary, $here, $name, 2);
      unlink($temporary);
      changed();
    }
    unlink($temporary);
    return;
  }
  if ($! != 22) {
    my $gone = $! == 17 || $! == 2;
    $clean->();
    $gone ? changed() : fail('rename');
  }
  my $now = itself($name);
  if ($only_if eq 'new' ? $now : !$now || $now->{version} ne $only_if) { unlink($temporary); changed() }
  if (!rename($temporary, $name)) { $clean->(); fail('rename') }
}
# access lists, and attributes of users; whatever else hangs on the old content goes with it
sub keep_attributes {
  my ($from, $to) = @_;
  my $names = "\\0" x 65536;
  my $length = syscall($llistxattr, $from, $names, 65536);
  return if $length <= 0;
  for my $attribute (split /\\0/, substr($names, 0, $length)) {
    next unless $attribute eq 'system.posix_acl_access' || $attribute =~ /^user\\./;
    my $value = "\\0" x 65536;
    my $size = syscall($lgetxattr, $from, $attribute, $value, 65536);
    syscall($lsetxattr, $to, $attribute, substr($value, 0, $size), $size, 0) if $size >= 0;
  }
}

my %does = (list => \\&list, show => \\&show, 'make-directory' => \\&make_directory, remove => \\&remove,
  rename => \\&move, change => \\&change, read => \\&content, write => \\&put);
my ($what, @values) = split / /, $request, -1;
# a value with an x before it is a path
$does{$what}->(map { /^x(.*)\\z/s ? pack('H*', $1) : $_ eq '~' ? undef : $_ } @values);
`;
