<?php

declare(strict_types=1);

namespace Tests\Support;

/** A viewer of a console without a browser, for what is measured; by one of three ways. */
abstract class ConsoleViewer
{
    private string $seen = '';

    /** @return string what has come, at least a byte */
    abstract protected function hear(): string;

    abstract protected function say(string $bytes): void;

    protected function answered(string $challenge): string
    {
        return $challenge;
    }

    public function wait(int $bytes): string
    {
        while (strlen($this->seen) < $bytes) {
            $this->seen .= $this->hear();
        }
        $found = substr($this->seen, 0, $bytes);
        $this->seen = substr($this->seen, $bytes);

        return $found;
    }

    public function enter(): void
    {
        $this->wait(12);
        $this->say("RFB 003.008\n");
        $type = $this->wait(2)[1];
        $this->say($type);
        $type === "\2" && $this->say($this->answered($this->wait(16)));
        $this->wait(4);
        $this->say("\1");
        $this->wait(unpack('N', substr($this->wait(24), 20))[1]);
        $this->say($this->update(0));
        // The whole screen, and over it what was typed before.
        for ($left = unpack('n', substr($this->wait(4), 2))[1]; $left > 0; $left--) {
            $at = unpack('n6', $this->wait(12));
            $this->wait($at[3] * $at[4] * 4);
        }
    }

    /** @return float milliseconds from a key until its letter is painted */
    public function key(): float
    {
        $this->say($this->update(1));
        usleep(30_000);
        $start = hrtime(true);
        $this->say("\4\1\0\0\0\0\0\x61");
        $this->wait(4 + 12 + 8 * 8 * 4);
        $took = (hrtime(true) - $start) / 1e6;
        $this->say("\4\0\0\0\0\0\0\x61");

        return $took;
    }

    private function update(int $onlyChanges): string
    {
        return pack('CCnnnn', 3, $onlyChanges, 0, 0, 320, 200);
    }
}
