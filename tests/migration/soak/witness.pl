# Holds one of each thing that the kernel keeps for a process, and says when asked whether they are as they were. Only what every
# Debian system has; numbers of system calls are those of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl).
#
#   USR1: looks at everything and writes to /run/witness/report what is not as it was, then a line `end N`
use strict;
use warnings;
use Fcntl qw(:DEFAULT :flock);
use IO::Handle;
use POSIX ();
use Socket;

my $dir = '/run/witness';
mkdir $dir;
mkdir "$dir/watched";
$0 = 'witness.pl';
my (%looks, @kept);
sub holds { my ($what, $look) = @_; $looks{$what} = $look; }
sub expects { my ($found, $wanted) = @_; return $found eq $wanted ? () : "'$found', not '$wanted'"; }
sub call {
  my $number = shift;
  my $result = syscall($number, @_);
  die "call $number: $!" if $result < 0;
  return $result;
}
sub handle { my ($fd) = @_; open(my $file, '+<&=', $fd) or die "fd $fd: $!"; push @kept, $file; return $file; }
sub unblocked { my ($file) = @_; fcntl($file, F_SETFL, O_RDWR | O_NONBLOCK) or die $!; return $file; }

# a child for which `work` answers each line
sub child {
  my ($work) = @_;
  pipe(my $asked, my $ask) or die $!;
  pipe(my $answers, my $answer) or die $!;
  my $pid = fork;
  die $! unless defined $pid;
  if ($pid == 0) {
    close $ask;
    close $answers;
    $answer->autoflush(1);
    while (defined(my $line = <$asked>)) { chomp $line; print $answer $work->($line), "\n" }
    POSIX::_exit(0);
  }
  $ask->autoflush(1);
  close $asked;
  close $answer;
  return sub { print $ask "$_[0]\n"; my $line = <$answers>; chomp $line; return $line; };
}

my $grandchild;
my $tree = child(sub { $grandchild //= child(sub { $_[0] + 1 }); return $grandchild->($_[0]) + 1; });
$tree->(1);
my $asked = 0;
holds('processes and their pipes', sub { my $n = ++$asked; expects($tree->($n), $n + 2) });

pipe(my $full, my $fill) or die $!;
syswrite $fill, 'left in a pipe';
holds('what is in a pipe', sub { sysread $full, my $text, 99; syswrite $fill, $text; expects($text, 'left in a pipe') });

my $shm = shmget(0, 4096, 0600) // die $!;
shmwrite($shm, 'shared memory', 0, 13) or die $!;
my $writer = child(sub { shmwrite($shm, sprintf('%08d', $_[0]), 64, 8); return 'written' });
holds('shared memory of System V', sub {
  $writer->($asked);
  shmread($shm, my $text, 0, 13);
  shmread($shm, my $number, 64, 8);
  return expects("$text $number", sprintf 'shared memory %08d', $asked);
});

my $semaphore = semget(0, 1, 0600) // die $!;
semop($semaphore, pack 's3', 0, 7, 0) or die $!;
holds('a semaphore', sub { expects(semctl($semaphore, 0, 12, 0) + 0, 7) });

my $queue = msgget(0, 0600) // die $!;
msgsnd($queue, pack('l! a*', 1, 'queued'), 0) or die $!;
holds('a message queue', sub {
  msgrcv($queue, my $message, 64, 0, 0) or return "$!";
  msgsnd($queue, $message, 0);
  return expects(substr($message, length pack 'l!', 0), 'queued');
});

sub holdsFile {
  my ($what, $file) = @_;
  syswrite $file, $what;
  holds($what, sub { sysseek $file, 0, 0; sysread $file, my $text, 99; expects($text, $what) });
}
sysopen(my $posix, '/dev/shm/witness', O_RDWR | O_CREAT) or die $!;
holdsFile('shared memory of POSIX', $posix);
my $name = "memory\0";
holdsFile('a file in memory', handle(call(319, $name, 0)));
sysopen(my $removed, '/root/removed', O_RDWR | O_CREAT) or die $!;
unlink '/root/removed';
holdsFile('a file without a name', $removed);

my $event = unblocked(handle(call(290, 0, 0)));
syswrite $event, pack 'Q', 5;
holds('a counter of events', sub { sysread $event, my $n, 8; syswrite $event, $n; expects(unpack('Q', $n), 5) });

my $timer = unblocked(handle(call(283, 1, 0)));
my $every = pack 'q4', 0, 20_000_000, 0, 20_000_000;
call(286, fileno $timer, 0, $every, 0);
holds('a timer of a descriptor', sub {
  sysread $timer, my $old, 8;
  select undef, undef, undef, 0.3;
  return sysread($timer, my $n, 8) ? () : 'it does not go off';
});
my $ticks = 0;
my $alarms = child(sub {
  if (!$ticks++) { $SIG{ALRM} = sub { $ticks++; alarm 1 }; alarm 1 }
  my $before = $ticks;
  for (1 .. 30) { select undef, undef, undef, 0.1; last if $ticks > $before }
  return $ticks > $before ? 'goes off' : 'does not';
});
holds('an alarm', sub { expects($alarms->(1), 'goes off') });

my $seen = 0;
$SIG{USR2} = sub { $seen++ };
my $blocked = POSIX::SigSet->new(&POSIX::SIGUSR2);
POSIX::sigprocmask(&POSIX::SIG_BLOCK, $blocked);
kill 'USR2', $$;
holds('a signal that waits', sub {
  POSIX::sigprocmask(&POSIX::SIG_UNBLOCK, $blocked);
  select undef, undef, undef, 0.05;
  my $found = $seen;
  ($seen) = (0, POSIX::sigprocmask(&POSIX::SIG_BLOCK, $blocked), kill 'USR2', $$);
  return expects($found, 1);
});

sysopen(my $locked, "$dir/locked", O_RDWR | O_CREAT) or die $!;
flock($locked, LOCK_EX) or die $!;
my $lock = pack 's s l! l! i', F_WRLCK, 0, 0, 0, 0;
fcntl($locked, F_SETLK, $lock) or die $!;
my $other = child(sub {
  sysopen(my $file, "$dir/locked", O_RDWR) or return "$!";
  my $wanted = pack 's s l! l! i', F_WRLCK, 0, 0, 0, 0;
  return join ' ', flock($file, LOCK_EX | LOCK_NB) ? 'got' : 'refused', fcntl($file, F_SETLK, $wanted) ? 'got' : 'refused';
});
holds('locks of files', sub { expects($other->(1), 'refused refused') });

my $watch = unblocked(handle(call(294, 0)));
my $watched = "$dir/watched\0";
call(254, fileno $watch, $watched, 0x100);
holds('a watched folder', sub {
  sysopen(my $new, "$dir/watched/$asked", O_CREAT | O_WRONLY) or return "$!";
  close $new;
  sysread $watch, my $text, 4096;
  my (undef, undef, undef, $length, $found) = unpack 'i I I I Z*', $text // '';
  return expects($found // '', $asked);
});

pipe(my $polled, my $poke) or die $!;
my $poll = call(291, 0);
push @kept, handle($poll);
my $interest = pack 'L Q', 1, 4711;
call(233, $poll, 1, fileno $polled, $interest);
holds('a set that is polled', sub {
  my $found = "\0" x 12;
  my $before = call(232, $poll, $found, 1, 0);
  syswrite $poke, 'x';
  my $after = call(232, $poll, $found, 1, 1000);
  sysread $polled, my $byte, 1;
  return expects("$before $after " . (unpack 'L Q', $found)[1], '0 1 4711');
});

socketpair(my $left, my $right, AF_UNIX, SOCK_STREAM, 0) or die $!;
syswrite $left, 'on its way';
holds('what is in a socket', sub { sysread $right, my $text, 99; syswrite $left, $text; expects($text, 'on its way') });

my ($from, $to) = map {
  socket(my $udp, AF_INET, SOCK_DGRAM, 0) or die $!;
  bind $udp, sockaddr_in(0, INADDR_LOOPBACK) or die $!;
  $udp;
} 1, 2;
my ($fromName, $toName) = (getsockname $from, getsockname $to);
holds('datagrams', sub {
  send $from, "datagram $asked", 0, $toName;
  recv $to, my $text, 99, 0;
  return expects($text, "datagram $asked") if $text ne "datagram $asked";
  return expects(getsockname $from, $fromName);
});

open my $group, '<', '/proc/self/cgroup' or die $!;
my $groups = join '', <$group>;
holds('its cgroups', sub { open my $now, '<', '/proc/self/cgroup' or return "$!"; expects(join('', <$now>), $groups) });

my $reports = 0;
$SIG{USR1} = sub { $reports++ };
open my $ready, '>', "$dir/ready" or die $!;
print $ready "$$\n";
close $ready;
for (my $done = 0; ;) {
  select undef, undef, undef, 0.2;
  next if $reports == $done;
  $done = $reports;
  open my $report, '>', "$dir/report.new" or die $!;
  $report->autoflush(1);
  # the tree first: it counts
  for my $what ('processes and their pipes', sort grep { $_ ne 'processes and their pipes' } keys %looks) {
    print $report "looks at: $what\n";
    print $report "$what: $_\n" for eval { $looks{$what}->() }, ($@ ? "$@" : ());
  }
  print $report "end $done\n";
  close $report;
  rename "$dir/report.new", "$dir/report";
}
