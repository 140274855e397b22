import '@xterm/xterm/css/xterm.css';
import { Button, Group, Text } from '@mantine/core';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { sentence } from '../parts/failure.tsx';
import { text } from '../text/index.ts';
import { FrameSocket } from './frame-socket.ts';
import classes from './terminal-view.module.css';

/** Bytes of what was printed last on the console that are shown at first. */
const replayBytes = 65_536;

const encoder = new TextEncoder();

interface TerminalViewProps {
  readonly ve: string;
  /** The console of the VE, or a login shell of root in it. */
  readonly kind: 'console' | 'shell';
}

/** A terminal in a VE. After the end it stays to be read, and can be opened again. */
export function TerminalView({ ve, kind }: TerminalViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const [round, setRound] = useState(0);
  const [end, setEnd] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is a new connection
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    setEnd(null);
    const terminal = new Terminal({
      cursorBlink: true,
      fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, monospace',
      fontSize: 13,
      scrollback: 10_000,
      theme: { background: '#0b1015', foreground: '#dbe2ea', cursor: '#6cc4b8' },
      screenReaderMode: true,
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    fit.fit();
    const size = { columns: terminal.cols, rows: terminal.rows };
    const handlers = {
      onOutput: (bytes: Uint8Array) => terminal.write(bytes),
      onExit: (code: number) => setEnd(text.terminal.ended(code)),
      onFailure: (error: Error) => setEnd(sentence(error.message)),
    };
    const socket =
      kind === 'console'
        ? new FrameSocket('ve.console', ve, { terminal: size, replayBytes }, handlers)
        : new FrameSocket(
            've.exec',
            ve,
            { command: [], terminal: size, env: { TERM: 'xterm-256color' } },
            handlers,
          );
    terminal.onData((typed) => socket.send(encoder.encode(typed)));
    terminal.onBinary((typed) => socket.send(Uint8Array.from(typed, (letter) => letter.charCodeAt(0))));
    terminal.onResize(({ cols, rows }) => socket.control({ kind: 'resize', columns: cols, rows }));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(element);
    terminal.focus();
    return () => {
      observer.disconnect();
      socket.close();
      terminal.dispose();
    };
  }, [ve, kind, round]);

  return (
    <div className={classes['frame']}>
      <div ref={place} className={classes['terminal']} data-testid={kind} />
      {end !== null && (
        <Group className={classes['end']} justify="space-between" role="status">
          <Text size="sm">{end}</Text>
          <Button variant="default" onClick={() => setRound(round + 1)}>
            {text.terminal.again}
          </Button>
        </Group>
      )}
    </div>
  );
}
