<?php

declare(strict_types=1);

namespace StandIn;

/**
 * What the official themes have around the page of a service: their classes, in the order of their templates, on
 * Debian's Bootstrap 3 (Six) and 4 (Twenty-One, Nexus). What stands above the page is as high as theirs.
 */
final class Theme
{
    private const FOUR = <<<'HTML'
        <header id="header" class="header"><div class="topbar"></div><div class="navbar navbar-light"></div></header>
        <nav class="master-breadcrumb" aria-label="breadcrumb"><div class="container"><ol class="breadcrumb">
        <li class="breadcrumb-item"><a href="index.php">Portal Home</a></li>
        <li class="breadcrumb-item active" aria-current="page">Product Details</li></ol></div></nav>
        <section id="main-body"><div class="container"><div class="row">
        <div class="col-lg-4 col-xl-3"><div class="sidebar">
        <div class="mb-3 card card-sidebar"><div class="card-header"><h3 class="card-title m-0">Overview</h3></div>
        <div class="collapsable-card-body"><div class="list-group list-group-flush d-md-flex">
        <a class="list-group-item list-group-item-action active" href="#tabOverview">Information</a></div></div></div>
        <div class="mb-3 card card-sidebar"><div class="card-header"><h3 class="card-title m-0">Actions</h3></div>
        </div></div></div>
        <div class="col-lg-8 col-xl-9 primary-content">{alert}<div class="tab-content margin-bottom">
        <div class="tab-pane fade show active" role="tabpanel" id="tabOverview">{page}</div></div></div>
        </div></div></section>
        HTML;

    private const THREE = <<<'HTML'
        <section id="header"><div class="container"></div></section>
        <section id="main-menu"><nav id="nav" class="navbar navbar-default navbar-main"></nav></section>
        <section id="main-body"><div class="container"><div class="row">
        <div class="col-md-9 pull-md-right"><div class="header-lined"><h1>Manage Product</h1>
        <ol class="breadcrumb"><li><a href="index.php">Portal Home</a></li><li class="active">Product Details</li></ol>
        </div></div>
        <div class="col-md-3 sidebar"><div class="panel panel-sidebar panel-default"><div class="panel-heading">
        <h3 class="panel-title">Overview</h3></div><div class="list-group">
        <a class="list-group-item active" href="#tabOverview">Information</a></div></div>
        <div class="panel panel-sidebar panel-default"><div class="panel-heading"><h3 class="panel-title">Actions</h3>
        </div></div></div>
        <div class="col-md-9 pull-md-right main-content">{alert}<div class="tab-content margin-bottom">
        <div class="tab-pane fade in active" id="tabOverview">{page}</div></div></div>
        </div></div></section>
        HTML;

    /** Above the page is as much as in the theme itself, where a phone does not show the lists of the menu. */
    private const STYLES = [
        'nexus' => '.header{height:152px}.master-breadcrumb{height:56px}'
            . '#main-body{padding:24px 0;background:#f3f4f6}'
            . '.breadcrumb{margin:0;background:none}.card-body{padding:1.5rem}'
            . '.btn-default{color:#333;background:#fff;border:1px solid #d1d5db}.btn-primary{background:#111827}'
            . '@media (max-width:767px){.card-sidebar .list-group{display:none!important}}',
        'twenty-one' => '.header{height:158px}.master-breadcrumb{height:40px}'
            . '#main-body{padding:20px 0;background:#f0f0f0}'
            . '.breadcrumb{margin:0;background:none}.btn-default{color:#333;background:#fff;border:1px solid #ccc}'
            . '.btn-primary{background:#369}'
            . '@media (max-width:767px){.card-sidebar .list-group{display:none!important}}',
        'six' => 'section#header{height:92px}section#main-menu{height:38px}'
            . '.navbar{margin:0;min-height:0;border-radius:0}'
            . '#main-body{padding:20px 0;color:#333}.header-lined h1{margin:0 0 6px;font-size:36px}'
            . '.breadcrumb{margin:0 0 20px;padding:0;background:none}.list-group{margin:0}'
            . '@media (min-width:992px){.pull-md-right{float:right}}'
            . '@media (max-width:767px){section#header{height:146px}.panel-sidebar .list-group{display:none}}',
    ];

    private const DARK = 'html,body,#main-body{background:#111827!important;color:#e5e7eb!important}'
        . '.card,.panel,.card-header,.panel-heading,.card-body,.panel-body{background:#1f2937!important;'
        . 'color:#e5e7eb!important;border-color:#374151!important}a:not(.btn){color:#93c5fd!important}'
        . '.btn-default,.nav-tabs>li>a,.nav-link{color:#e5e7eb!important;background:#1f2937!important;'
        . 'border-color:#6b7280!important}:root{color-scheme:dark}';

    /** @param string $theme six, twenty-one or nexus; with `dark` or `rtl` behind it */
    public static function html(string $alert, string $page, string $theme): string
    {
        $name = (string) strtok($theme, ' ');
        $name = isset(self::STYLES[$name]) ? $name : 'twenty-one';
        $css = $name === 'six' ? 'bootstrap' : 'bootstrap4';
        $style = self::STYLES[$name] . (str_contains($theme, 'dark') ? self::DARK : '');
        $direction = str_contains($theme, 'rtl') ? 'rtl' : 'ltr';
        $body = strtr($name === 'six' ? self::THREE : self::FOUR, ['{alert}' => $alert, '{page}' => $page]);

        return <<<HTML
            <!DOCTYPE html>
            <html lang="en" dir="$direction">
            <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Service</title>
                <link rel="stylesheet" href="/javascript/$css/css/bootstrap.min.css">
                <style>$style</style>
            </head>
            <body>$body
            HTML;
    }
}
