// The server suite with Twisted Conch.
import { conch } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

const oneLoopback = {
  because:
    'it listens on 127.0.0.1 alone and confirms channels before it connects: nobody at ::1 is taken for another program',
  failsWith: /RemoteListenRefused.*another program there uses it/,
};

serverSuite(conch, {
  'a remote forward: carries bytes in both directions': oneLoopback,
  'a remote forward: serves 50 connections at once': oneLoopback,
  'a remote forward: reports a target that refuses, and goes on': oneLoopback,
  'a remote forward: returns after the server has ended the session': oneLoopback,
});
