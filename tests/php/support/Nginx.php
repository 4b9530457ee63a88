<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** An nginx of our own before a php-fpm, for one document root. */
final class Nginx
{
    public readonly string $url;

    /** @var resource */
    private $process;

    /**
     * @param string $directory an empty one for its files
     * @param string $more lines of the location of PHP
     * @param string $locations further ones
     */
    public function __construct(
        private string $directory,
        string $root,
        string $fpm,
        string $more = '',
        string $locations = ''
    ) {
        // The listening socket is made here and handed over: no other process can take its port in between.
        $listener = stream_socket_server('tcp://127.0.0.1:0');
        $address = (string) stream_socket_get_name($listener, false);
        $this->url = "http://$address";
        file_put_contents("$directory/nginx.conf", $this->config($address, $root, $fpm, $more, $locations));
        $log = ['file', "$directory/nginx.log", 'a'];
        $process = proc_open(
            ['nginx', '-p', $directory, '-c', "$directory/nginx.conf", ...self::errorsTo("$directory/nginx.log")],
            [['file', '/dev/null', 'r'], $log, $log, $listener],
            $pipes,
            null,
            ['NGINX' => '3;'] + getenv()
        );
        if ($process === false) {
            throw new RuntimeException('nginx did not start');
        }
        // Requests wait in the socket's queue until it is up.
        $this->process = $process;
    }

    public function __destruct()
    {
        proc_terminate($this->process, SIGTERM);
        proc_close($this->process);
    }

    /** Until it has read its settings; nginx before 1.19.5 cannot be told. @return list<string> */
    private static function errorsTo(string $file): array
    {
        exec('nginx -h 2>&1', $help);

        return str_contains(implode("\n", $help), '-e filename') ? ['-e', $file] : [];
    }

    public function log(): string
    {
        return (string) file_get_contents("$this->directory/nginx.log");
    }

    private function config(
        string $address,
        string $root,
        string $fpm,
        string $more,
        string $locations
    ): string {
        $user = posix_geteuid() === 0 ? "user www-data;\n" : '';
        $temporary = '';
        foreach (['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as $name) {
            $temporary .= "{$name}_temp_path {$this->directory}/$name;\n";
        }

        return <<<CONF
            {$user}daemon off;
            worker_processes 1;
            pid {$this->directory}/nginx.pid;
            events {}
            http {
                include /etc/nginx/mime.types;
                log_format all '\$request \$status \$http_referer \$http_user_agent \$http_cookie';
                access_log {$this->directory}/access.log all;
                $temporary
                server {
                    listen $address;
                    root $root;
                    index index.php;
                    location /javascript/ { alias /usr/share/javascript/; }
                    $locations
                    location ~ \\.php$ {
                        include /etc/nginx/fastcgi_params;
                        fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
                        fastcgi_pass unix:$fpm;
                        fastcgi_read_timeout 120s;
                        $more
                    }
                }
            }

            CONF;
    }
}
